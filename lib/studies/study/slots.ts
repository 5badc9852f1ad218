import { availableParallelism } from "node:os";
import { chooseDevice } from "../../models/network";

/** Where a run goes on while others do. */
export interface Slot {
  /** `auto`, `cpu` or `cuda:N`. */
  readonly device: string;
  /** CPU threads of a run that leaves them open; 0: all cores. */
  readonly threads: number;
}

/** `jobs` slots that take the devices in turn; on the CPU they share the cores. */
export function slotsFor(jobs: number, devices: readonly string[], cores: number = availableParallelism()): Slot[] {
  return Array.from({ length: jobs }, (_, index) => {
    const device = devices[index % devices.length]!;
    const shares = jobs > 1 && chooseDevice(device) === "cpu";
    return { device, threads: shares ? Math.max(1, Math.floor(cores / jobs)) : 0 };
  });
}

/**
 * Hands the items out to the slots in their order, one at a time each, until all are done or the signal is aborted; the
 * items under way are then waited for. `work` must not reject.
 */
export async function inSlots<Item>(
  slots: readonly Slot[],
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item, slot: Slot) => Promise<void>,
): Promise<void> {
  let next = 0;
  const serve = async (slot: Slot) => {
    while (next < items.length && !signal.aborted) await work(items[next++]!, slot);
  };
  await Promise.all(slots.map(serve));
}
