import { UnseenFailure } from "./unseen-failures";

/** An event stream that is also a promise: what {@link fit} returns. */
export class Run<Event, Result> implements PromiseLike<Result>, AsyncIterable<Event> {
  readonly #result: Promise<Result>;
  readonly #events: Event[] = [];
  #settled = false;
  #isSeen = false;
  #failure: UnseenFailure | null = null;
  #wake: () => void = () => undefined;
  #change = this.#nextChange();

  /** `work` runs at once; it reports through `emit` and settles the run. */
  constructor(work: (emit: (event: Event) => void) => Promise<Result>) {
    const emit = (event: Event) => {
      this.#events.push(event);
      this.#announce();
    };
    this.#result = this.#settle(() => work(emit));
    this.#result.catch((reason) => {
      if (!this.#isSeen) this.#failure = UnseenFailure.of(this, reason);
    });
  }

  // biome-ignore lint/suspicious/noThenProperty: a run is awaited for its result.
  then<A = Result, B = never>(
    onFulfilled?: ((value: Result) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#see();
    return this.#result.then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<Result | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Result> {
    return this.then().finally(onFinally);
  }

  /** Every event from the first on, also for an iterator that starts late. A failed run ends the loop by throwing. */
  [Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    // The loop throws the failure; nothing is left to be reported as unhandled, also if the loop ends early.
    this.#see();
    return this.#iterate();
  }

  #see(): void {
    this.#isSeen = true;
    this.#failure?.seen();
  }

  async #settle(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } finally {
      this.#settled = true;
      this.#announce();
    }
  }

  async *#iterate(): AsyncGenerator<Event, void, undefined> {
    for (let next = 0; ; ) {
      const change = this.#change;
      if (next < this.#events.length) yield this.#events[next++]!;
      else if (this.#settled) break;
      else await change;
    }
    await this.#result;
  }

  #nextChange(): Promise<void> {
    return new Promise((wake) => {
      this.#wake = wake;
    });
  }

  #announce(): void {
    const wake = this.#wake;
    this.#change = this.#nextChange();
    wake();
  }
}
