// The paper's curve on your data, as fast as it gets: few small images, one seed. Leave out `quick` for figures that count.
// Usage: node build/examples/reproduce-quick.mjs DATA
import { reproduce } from "entropy-wsol";

const [data = "quickstart/data"] = process.argv.slice(2);

const run = reproduce("entropy", data, {
  out: "studies/entropy-quick",
  quick: true,
  seeds: [0],
  // The recipe comes from the data set: CUB, OpenImages, … or `small`. What is set here beats it.
  config: { optim: { epochs: 1 }, data: { imageSize: 40, cropSize: 32 }, threads: 1 },
});

for await (const event of run) {
  if (event.type === "evaluated") console.log(`${event.run}: done`);
}

const { recipe, curve, notes } = await run;
console.log(`recipe ${recipe}. ${notes.join(" ")}`);
for (const { arm, meanEntropyFraction, top1Cls } of curve ?? []) {
  const entropy = (100 * meanEntropyFraction.mean).toFixed(1);
  console.log(`${arm}: entropy ${entropy} % of log C, top-1 ${(100 * (top1Cls?.mean ?? 0)).toFixed(1)} %`);
}
