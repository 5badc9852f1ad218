/** The reason of an abort by Ctrl-C or SIGTERM. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

export function isInterruption(error: unknown): error is Interruption {
  return error instanceof Interruption;
}

/**
 * Runs `work` with a signal that the first Ctrl-C aborts; a second one ends the process at once.
 * @param promise What the first Ctrl-C prints: what is being finished.
 */
export async function interruptible<T>(promise: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    console.error(`\n${promise} (Ctrl-C again to stop at once)`);
    controller.abort(new Interruption("interrupted"));
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}
