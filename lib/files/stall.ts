/** Ends what waits for data that does not come: `signal` is aborted with `reason` unless `tick` is called often enough. */
export class Stall {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(
    milliseconds: number,
    readonly reason: Error,
  ) {
    this.#timer = setTimeout(() => this.#controller.abort(reason), milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  tick(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
