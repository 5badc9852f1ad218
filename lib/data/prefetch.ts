import { setImmediate as nextTurn } from "node:timers/promises";
import { orAborted } from "../tasks/or-aborted";

/**
 * Yields `prepare(start)`, `prepare(start + 1)`, … up to `prepare(end - 1)` in order, with `ahead` of them under way
 * while the consumer works. A failure surfaces when its turn comes. When the consumer stops early, or `signal` aborts,
 * the signal handed to `prepare` aborts and nothing is left unhandled.
 */
export async function* prefetch<T>(
  range: { readonly start: number; readonly end: number },
  prepare: (index: number, signal: AbortSignal) => Promise<T>,
  options: { readonly ahead: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<T, void, void> {
  const stop = new AbortController();
  const underWay: Promise<T>[] = [];
  let next = range.start;
  const begin = () => {
    while (next < range.end && underWay.length < Math.max(1, options.ahead)) {
      const index = next++;
      // A turn later, so that the consumer's own work is on its way before copying begins.
      const promise = nextTurn().then(() => {
        stop.signal.throwIfAborted();
        return prepare(index, stop.signal);
      });
      promise.catch(() => undefined);
      underWay.push(promise);
    }
  };
  try {
    options.signal?.throwIfAborted();
    begin();
    for (let head = underWay.shift(); head !== undefined; head = underWay.shift()) {
      const value = await orAborted(head, options.signal);
      begin();
      yield value;
      options.signal?.throwIfAborted();
    }
  } finally {
    stop.abort();
  }
}
