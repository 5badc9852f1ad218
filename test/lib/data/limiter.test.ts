import { setTimeout as sleep } from "node:timers/promises";
import { Limiter } from "../../../lib/data/limiter";

describe("Limiter", () => {
  it("runs at most so many tasks at once, in the order they came, and all of them", async () => {
    const limiter = new Limiter(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const task = (index: number) =>
      limiter.run(async () => {
        begun.push(index);
        most = Math.max(most, ++running);
        await sleep(index % 3);
        running--;
        return index;
      });
    expect(await Promise.all([0, 1, 2, 3, 4, 5, 6].map(task))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
  });

  it("gives a failed task's place to the next", async () => {
    const limiter = new Limiter(1);
    const failed = limiter.run(async () => Promise.reject("bad"));
    const after = limiter.run(async () => "good");
    await expect(failed).rejects.toBe("bad");
    expect(await after).toBe("good");
  });
});
