// Does the second run beat the first in both localization and classification, on the images of `test`?
// Usage: node build/examples/compare-runs.mjs DATA RUN_A RUN_B
import { compare, evaluateRun } from "entropy-wsol";

const [data = "quickstart/data", a = "quickstart/baseline", b = "quickstart/entropy"] = process.argv.slice(2);

for (const run of [a, b]) await evaluateRun(run, data);

const { figures, verdict } = await compare(a, b, { resamples: 2000 });
for (const [name, figure] of Object.entries(figures)) {
  if (figure === null) continue;
  const [low, high] = figure.interval;
  console.log(`${name.padEnd(12)} ${figure.difference.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`);
}
console.log(verdict.sentence);
