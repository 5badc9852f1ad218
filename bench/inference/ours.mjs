// Localizations on request, as bench/peers/localization.py. Arguments: WEIGHTS BATCH PRECISION DEVICE THREADS
import { createInterface } from "node:readline";
import { Localizer } from "../../dist/index.js";

const [weights, batch, precision, device, threads] = process.argv.slice(2);
const batchSize = Number(batch);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const paths = JSON.parse((await lines.next()).value);
const model = await Localizer.load({ weights }, { precision, device, threads: Number(threads) });
const localize = (some) => model.localize(some, { batchSize, threshold: 0.15 });

await localize(paths.slice(0, 2 * batchSize));
const boxes = [];
console.log("ready");
for await (const line of lines) {
  if (line === "boxes") {
    console.log(JSON.stringify(boxes));
    continue;
  }
  const [first, count] = line.split(" ").map(Number);
  const some = paths.slice(first, first + count);
  const [begin, used] = [performance.now(), process.cpuUsage()];
  const found = await localize(some);
  const { user, system } = process.cpuUsage(used);
  console.log(`${(performance.now() - begin) / 1000} ${(user + system) / 1e6}`);
  found.forEach(([{ box }], index) => {
    boxes[first + index] = box;
  });
}
await model.close();
