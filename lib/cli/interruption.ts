import { launchOf } from "../distributed/launch";
import { INTERRUPTED_EXIT_CODE } from "../errors";

/** The reason of an abort by Ctrl-C, SIGTERM or SIGHUP. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

export function isInterruption(error: unknown): error is Interruption {
  return error instanceof Interruption;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `work` with a signal that the first Ctrl-C, SIGTERM or SIGHUP aborts; a second Ctrl-C or SIGTERM ends the process at
 * once.
 * @param promise What the first Ctrl-C prints: what is being finished; null: nothing.
 */
export async function interruptible<T>(promise: string | null, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      // A terminal that closes sends it more than once.
      if (signal === "SIGHUP") return;
      // Of several processes this one may be waiting for others, which an orderly exit would wait for too.
      if (launchOf() !== null) process.kill(process.pid, "SIGKILL");
      process.exit(INTERRUPTED_EXIT_CODE);
    }
    if (promise !== null) console.error(`\n${promise} (Ctrl-C again to stop at once)`);
    controller.abort(new Interruption("interrupted"));
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
