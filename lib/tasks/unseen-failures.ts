/**
 * Failures that nobody has looked at yet. A promise counts as unhandled as soon as it is rejected, but a run may be looked at
 * later: its failure is unhandled when nobody can look any more, since the run was collected or the process is ending.
 */
export class UnseenFailure {
  readonly #reason: unknown;

  private constructor(reason: unknown) {
    this.#reason = reason;
  }

  /** Reports `reason` as an unhandled rejection once `owner` is gone, unless it is {@link seen} before. */
  static of(owner: object, reason: unknown): UnseenFailure {
    const failure = new UnseenFailure(reason);
    writeStacks(reason);
    if (unseen.size === 0) process.once("beforeExit", reportAll);
    unseen.add(failure);
    owners.register(owner, failure);
    return failure;
  }

  seen(): void {
    unseen.delete(this);
    if (unseen.size === 0) process.off("beforeExit", reportAll);
  }

  report(): void {
    if (!unseen.has(this)) return;
    this.seen();
    void Promise.reject(this.#reason);
  }
}

const unseen = new Set<UnseenFailure>();
const owners = new FinalizationRegistry<UnseenFailure>((failure) => failure.report());

function reportAll(): void {
  for (const failure of [...unseen]) failure.report();
}

/** An error holds on to what its stack goes through, the owner too, until somebody has read the stack. */
function writeStacks(reason: unknown): void {
  const done = new Set<unknown>();
  for (let error = reason; error instanceof Error && !done.has(error); error = error.cause) {
    done.add(error);
    void error.stack;
  }
}
