import type { StudyEvent } from "../study/events";

/** How long the runs of a study take that are made from beginning to end. */
export class RunTimes {
  readonly seconds: { readonly run: string; readonly seconds: number }[] = [];
  readonly #startedAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now Milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  see(event: StudyEvent): void {
    if (event.type === "run-start" && event.status === "new") this.#startedAt.set(event.run, this.#now());
    if (event.type !== "evaluated") return;
    const startedAt = this.#startedAt.get(event.run);
    if (startedAt !== undefined) this.seconds.push({ run: event.run, seconds: (this.#now() - startedAt) / 1000 });
  }
}
