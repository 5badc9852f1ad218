import { setTimeout as sleep } from "node:timers/promises";
import { prefetch } from "../../../lib/data/prefetch";
import { rejectionOf } from "./layout";

const collect = async <T>(items: AsyncIterable<T>) => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

describe("prefetch", () => {
  it("yields in order, whatever is ready first, from the start to the end of the range", async () => {
    const slowFirst = async (index: number) => sleep(index === 2 ? 20 : 0, index);
    expect(await collect(prefetch({ start: 2, end: 6 }, slowFirst, { ahead: 3 }))).toEqual([2, 3, 4, 5]);
    expect(await collect(prefetch({ start: 4, end: 4 }, slowFirst, { ahead: 3 }))).toEqual([]);
  });

  it("prepares at most `ahead` items beyond the one in use", async () => {
    let begun = 0;
    const items = prefetch({ start: 0, end: 100 }, async () => ++begun, { ahead: 2 });
    await items.next();
    await sleep(5);
    expect(begun).toBe(3);
    await items.return();
  });

  it("fails at the item that failed, after those before it", async () => {
    const items = prefetch({ start: 0, end: 5 }, async (index) => (index === 2 ? Promise.reject("bad") : index), {
      ahead: 4,
    });
    expect([(await items.next()).value, (await items.next()).value]).toEqual([0, 1]);
    expect(await rejectionOf(items.next())).toBe("bad");
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it("leaves no rejection unhandled when the consumer stops early", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    const items = prefetch({ start: 0, end: 9 }, async (index) => (index > 0 ? Promise.reject("bad") : index), {
      ahead: 4,
    });
    for await (const _ of items) break;
    await sleep(20);
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("rejects with the signal's reason at once, though an item is under way, and tells the items", async () => {
    const controller = new AbortController();
    let told = false;
    const never = (_: number, signal: AbortSignal) =>
      new Promise<never>(() =>
        signal.addEventListener("abort", () => {
          told = true;
        }),
      );
    const items = prefetch({ start: 0, end: 3 }, never, { ahead: 2, signal: controller.signal });
    const first = items.next();
    setTimeout(() => controller.abort("stop"), 5);
    expect(await rejectionOf(first)).toBe("stop");
    expect(told).toBe(true);
  });

  it("prepares nothing once aborted", async () => {
    const prepare = jest.fn(async () => 1);
    const items = prefetch({ start: 0, end: 3 }, prepare, { ahead: 2, signal: AbortSignal.abort("early") });
    expect(await rejectionOf(items.next())).toBe("early");
    expect(prepare).not.toHaveBeenCalled();
  });
});
