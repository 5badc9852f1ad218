// Trains with several strengths of the entropy term and two seeds each, and finds the sweet spot. Run it again: nothing repeats.
// Usage, after `npm run quickstart`: npx tsc -p examples && node build/examples/sweep-lambda.mjs
import { sweep } from "entropy-wsol";

const study = sweep("quickstart/data", {
  out: "runs/sweep",
  vary: { eps: [0, 0.4] }, // 0 is the baseline, which a sweep must contain
  seeds: [0, 1],
  config: { data: { imageSize: 72, cropSize: 64 }, optim: { epochs: 1, lr: 0.05, schedule: "onecycle" } },
});
for await (const event of study) {
  if (event.type === "evaluated") console.log(`${event.run}: GT-known Loc ${event.figures.gtKnownLoc}`);
  if (event.type === "run-failed") console.log(`${event.run} failed: ${event.message}`);
}
const { arms, sweetSpots } = await study; // a study is also a promise

for (const { name, effectiveEps, figures } of arms) {
  const { gtKnownLoc, top1Cls } = figures;
  console.log(
    `${name}: eps ${effectiveEps}, GT-known ${gtKnownLoc?.mean} (sd ${gtKnownLoc?.sd}), top-1 ${top1Cls?.mean}`,
  );
}
for (const { arm, reason, indistinguishable } of sweetSpots) {
  console.log(`sweet spot: ${arm ?? reason}; not distinguishable from it: ${indistinguishable?.join(", ") || "none"}`);
}
