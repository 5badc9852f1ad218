import { availableParallelism } from "node:os";
import { deserialize, serialize } from "node:v8";
import { isWsolError, WsolError } from "../errors";
import { loadTorchAddon } from "../native/load-torch";
import type { NativeProcessGroup } from "../native/torch-addon";
import { orAborted } from "../tasks/or-aborted";
import { type Launch, launchOf } from "./launch";

/** How a process's part of a common work ended. */
interface Outcome<Value> {
  readonly value?: Value;
  readonly failure?: { readonly code: string | null; readonly message: string };
}

/** Of this process so far: those of all count alike. */
let runs = 0;

/** How long the processes wait for each other to start. */
const SECONDS_TO_START = 600;

/**
 * The processes that train one run together. All of them make the same calls in the same order. A process that works alone
 * is such a group too, of one.
 */
export class Processes {
  readonly rank: number;
  readonly worldSize: number;
  /** Null for a process that works alone. */
  readonly native: NativeProcessGroup | null;
  readonly #launch: Launch | null;

  private constructor(launch: Launch | null, native: NativeProcessGroup | null) {
    this.rank = launch?.rank ?? 0;
    this.worldSize = launch?.worldSize ?? 1;
    this.native = native;
    this.#launch = launch;
  }

  /** One that works alone, whatever the environment says. */
  static alone(): Processes {
    return new Processes(null, null);
  }

  /** Waits until all processes are there that the environment tells of. @throws ERR_WSOL_DISTRIBUTED */
  static async join(launch: Launch | null = launchOf(), signal?: AbortSignal): Promise<Processes> {
    signal?.throwIfAborted();
    if (launch === null) return Processes.alone();
    const { rank, worldSize, address, port, keepsStore, attempt } = launch;
    const native = new (loadTorchAddon().ProcessGroup)({
      ...{ rank, worldSize, address, port, keepsStore },
      name: `entropy-wsol/${attempt}/${runs++}`,
      seconds: SECONDS_TO_START,
    });
    try {
      await orAborted(native.ready(), signal);
    } catch (cause) {
      // Behind the attempt to connect, which an abort does not end.
      const closed = native.close().catch(() => undefined);
      signal?.throwIfAborted();
      await closed;
      throw isWsolError(cause, "ERR_WSOL_DISTRIBUTED") ? notMet(launch, cause) : cause;
    }
    return new Processes(launch, native);
  }

  /** Whether this is the process that writes what the run leaves. */
  get isFirst(): boolean {
    return this.rank === 0;
  }

  get isAlone(): boolean {
    return this.worldSize === 1;
  }

  /** CPU threads of this process where `threads` is 0: its share of the machine's cores. */
  threadsOf(threads: number): number {
    const { localWorldSize = 1 } = this.#launch ?? {};
    if (threads > 0 || localWorldSize === 1) return threads;
    return Math.max(1, Math.floor(availableParallelism() / localWorldSize));
  }

  /** `auto` is, of several processes on a machine, a GPU for each, where there are GPUs. */
  deviceOf(device: string): string {
    if (device !== "auto" || this.#launch === null) return device;
    const { length } = loadTorchAddon().info().cudaDevices;
    // A launcher may show each process its own GPU only.
    return length === 0 ? device : `cuda:${this.#launch.localRank % length}`;
  }

  /**
   * Does each process's part of a work, and gives all of them what each made of it, by rank.
   * @throws what this process's part threw; ERR_WSOL_DISTRIBUTED where that of another one failed, or it is gone
   */
  async together<Value>(work: () => Promise<Value>): Promise<Value[]> {
    if (this.native === null) return [await work()];
    let error: unknown;
    let outcome: Outcome<Value>;
    try {
      outcome = { value: await work() };
    } catch (thrown) {
      error = thrown;
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      outcome = { failure: { code: isWsolError(thrown) ? thrown.code : null, message } };
    }
    const all = (
      await this.native.gather(serialize(outcome)).catch((lost) => {
        // Why this process's own part failed says more.
        throw error ?? lost;
      })
    ).map((bytes) => deserialize(bytes) as Outcome<Value>);
    if (error !== undefined) throw error;
    all.forEach(({ failure }, rank) => {
      if (failure !== undefined) throw failedElsewhere(rank, failure);
    });
    return all.map(({ value }) => value as Value);
  }

  /** What the first process makes of a work that the others leave to it. @throws as {@link together} */
  async ofFirst<Value>(work: () => Promise<Value>): Promise<Value> {
    const [value] = await this.together(async () => (this.isFirst ? await work() : null));
    return value as Value;
  }

  /** Idempotent. The others find this process gone. */
  async close(): Promise<void> {
    await this.native?.close();
  }
}

function notMet({ rank, worldSize, address, port }: Launch, cause: WsolError): WsolError {
  const message = `process ${rank} expected all ${worldSize} processes of the run at ${address}:${port}: ${cause.message}`;
  return new WsolError("ERR_WSOL_DISTRIBUTED", message, {
    details: { rank, worldSize, address, port },
    fix: "Start as many processes as WORLD_SIZE says, each with another RANK, and MASTER_ADDR and MASTER_PORT alike.",
    cause,
  });
}

function failedElsewhere(rank: number, { code, message }: NonNullable<Outcome<unknown>["failure"]>): WsolError {
  const text = `process ${rank} of the run failed: ${code === null ? "" : `${code}: `}${message}`;
  return new WsolError("ERR_WSOL_DISTRIBUTED", text, { details: { rank, code } });
}
