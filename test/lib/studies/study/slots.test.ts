import { inSlots, slotsFor } from "../../../../lib/studies/study/slots";

test("jobs take the devices in turn, and share the cores on the CPU", () => {
  expect(slotsFor(3, ["cpu", "cuda:0"], 8)).toEqual([
    { device: "cpu", threads: 2 },
    { device: "cuda:0", threads: 0 },
    { device: "cpu", threads: 2 },
  ]);
  expect(slotsFor(1, ["cpu"], 8)).toEqual([{ device: "cpu", threads: 0 }]);
  expect(slotsFor(4, ["cpu"], 2).map(({ threads }) => threads)).toEqual([1, 1, 1, 1]);
});

const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

test("each item is done once, in order, at most as many at a time as there are slots", async () => {
  const started: number[] = [];
  let [underWay, most] = [0, 0];
  await inSlots(slotsFor(2, ["cpu"], 2), [1, 2, 3, 4, 5], new AbortController().signal, async (item) => {
    started.push(item);
    underWay += 1;
    most = Math.max(most, underWay);
    await wait();
    underWay -= 1;
  });
  expect(started).toEqual([1, 2, 3, 4, 5]);
  expect([underWay, most]).toEqual([0, 2]);
});

test("after an abort none is begun, and those under way are waited for", async () => {
  const controller = new AbortController();
  const done: number[] = [];
  await inSlots(slotsFor(2, ["cpu"], 2), [1, 2, 3, 4], controller.signal, async (item) => {
    if (item === 2) controller.abort();
    await wait();
    done.push(item);
  });
  expect(done.sort()).toEqual([1, 2]);
});
