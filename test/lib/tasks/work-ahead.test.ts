import { setTimeout as sleep } from "node:timers/promises";
import { workAhead } from "../../../lib/tasks/work-ahead";
import { caught } from "../../support/caught";
import { refuseUnhandledRejections } from "../../support/unhandled-rejections";

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** 0, 1, 2, …, and what became of them. */
class Source {
  asked = 0;
  isEnded = false;

  async *numbers(end = Number.POSITIVE_INFINITY): AsyncGenerator<number> {
    try {
      for (let next = 0; next < end; next++) {
        this.asked++;
        yield next;
      }
    } finally {
      this.isEnded = true;
    }
  }
}

const never = <T>() => new Promise<T>(() => undefined);

describe("workAhead", () => {
  refuseUnhandledRejections();

  test("yields in order, whatever is ready first, of iterables of both kinds", async () => {
    const slowFirst = async (item: number) => sleep(item === 0 ? 20 : 0, item * 10);
    expect(await collect(workAhead(new Source().numbers(4), slowFirst, { ahead: 2 }))).toEqual([0, 10, 20, 30]);
    expect(await collect(workAhead([3, 4], slowFirst, { ahead: 5 }))).toEqual([30, 40]);
    expect(await collect(workAhead([], slowFirst, { ahead: 1 }))).toEqual([]);
  });

  test("works on `ahead` items beside the one in hand, and on no more", async () => {
    const source = new Source();
    let begun = 0;
    const results = workAhead(source.numbers(), async () => ++begun, { ahead: 2 });
    await results.next();
    await sleep(5);
    expect([begun, source.asked]).toEqual([3, 3]);
    await results.next();
    await sleep(5);
    expect(begun).toBe(4);
    await results.return();
  });

  test("gives a result though the next item never comes", async () => {
    async function* one() {
      yield 1;
      await never();
    }
    const results = workAhead(one(), async (item) => item, { ahead: 2 });
    expect(await results.next()).toEqual({ done: false, value: 1 });
    expect(await results.return()).toEqual({ done: true, value: undefined });
  });

  test.each(["work", "source"])(
    "fails at the item whose %s failed, after those before it, and ends the source",
    async (who) => {
      const reason = new Error("bad");
      let isEnded = false;
      async function* items() {
        try {
          for (let item = 0; item < 5; item++) {
            if (who === "source" && item === 2) throw reason;
            yield item;
          }
        } finally {
          isEnded = true;
        }
      }
      const work = async (item: number) => {
        if (who === "work" && item >= 2) throw reason;
        return item;
      };
      const results = workAhead(items(), work, { ahead: 3 });
      expect([(await results.next()).value, (await results.next()).value]).toEqual([0, 1]);
      expect(await caught(() => results.next())).toBe(reason);
      expect(await results.next()).toEqual({ done: true, value: undefined });
      expect(isEnded).toBe(true);
    },
  );

  test("ends the source, and leaves nothing unhandled, when the consumer stops early", async () => {
    const source = new Source();
    const failing = async (item: number) => (item > 0 ? Promise.reject(new Error("bad")) : item);
    for await (const _ of workAhead(source.numbers(), failing, { ahead: 2 })) {
      await sleep(5);
      break;
    }
    expect(source.isEnded).toBe(true);
  });

  test("begins no work after the consumer stopped, though the next item comes then", async () => {
    let give = (_: number): void => undefined;
    async function* oneAndOne() {
      yield 0;
      yield await new Promise<number>((resolve) => {
        give = resolve;
      });
    }
    const begun: number[] = [];
    const work = async (item: number) => begun.push(item);
    for await (const _ of workAhead(oneAndOne(), work, { ahead: 1 })) break;
    give(1);
    await sleep(5);
    expect(begun).toEqual([0]);
  });

  test("rejects with the signal's reason, at once and where it was aborted before", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const results = workAhead([1, 2], never, { ahead: 1, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 5);
    expect(await caught(() => results.next())).toBe(reason);
    const work = jest.fn();
    const signal = AbortSignal.abort(reason);
    expect(await caught(() => workAhead([1], work, { ahead: 1, signal }).next())).toBe(reason);
    expect(work).not.toHaveBeenCalled();
  });
});
