import { orAborted } from "./or-aborted";

/**
 * Yields what `work` makes of each item, in order; while the consumer has one in hand, `ahead` more are under way. An item
 * is asked for when the one before it is there, and a result never waits for the next item. A failure surfaces when its
 * turn comes. When the consumer stops early, or `signal` aborts, nothing is left unhandled and no more work begins.
 */
export async function* workAhead<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  options: { readonly ahead: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Result, void, void> {
  const { ahead, signal } = options;
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const underWay: Promise<IteratorResult<Result, void>>[] = [];
  let last: Promise<IteratorResult<Item>> | null = null;
  let isAsking = false;
  let hasStopped = false;
  const ask = async (before: Promise<IteratorResult<Item>> | null) => {
    const previous = await before;
    if (previous?.done) return previous;
    isAsking = true;
    const item = await source.next();
    isAsking = false;
    return item;
  };
  const begin = () => {
    const item = ask(last);
    const result = item.then(async ({ done, value }): Promise<IteratorResult<Result, void>> => {
      return done || hasStopped ? { done: true, value: undefined } : { done: false, value: await work(value) };
    });
    result.catch(() => undefined);
    last = item;
    underWay.push(result);
  };
  try {
    signal?.throwIfAborted();
    for (;;) {
      while (underWay.length <= ahead) begin();
      const result = await orAborted(underWay.shift()!, signal);
      if (result.done) return;
      yield result.value;
      signal?.throwIfAborted();
    }
  } finally {
    hasStopped = true;
    const stopped = Promise.resolve(source.return?.());
    stopped.catch(() => undefined);
    // A source that is still looking for its next item may never find it.
    if (!isAsking) await stopped;
  }
}
