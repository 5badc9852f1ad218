// Trains with the entropy term, localizes the object in one image, and evaluates on the test split.
// Usage, after `npm run quickstart`: npx tsc -p examples && node build/examples/train-and-localize.mjs
import { Dataset, evaluate, fit, Localizer } from "entropy-wsol";

const data = await Dataset.open("quickstart/data"); // images, labels, boxes, masks; validated once
const run = fit(data, {
  out: "runs/example",
  loss: { regularizer: "entropy", lambda: 0.5 },
  data: { imageSize: 72, cropSize: 64 },
  optim: { epochs: 2, lr: 0.05, schedule: "onecycle" },
});
for await (const event of run) {
  if (event.type === "epoch") console.log(`epoch ${event.epoch}: loss ${event.loss}, entropy ${event.meanEntropy}`);
}
const { last } = await run; // a run is also a promise

await using model = await Localizer.load("runs/example"); // or a weights file: Localizer.load(last.path)
const [found] = await model.localize(data.split("test").imagePath(0));
console.log(last.epoch, found?.className, found?.probability, found?.entropy, found?.box);

const result = await evaluate(model, data, { split: "test" });
console.log(`top-1 ${result.top1Cls}, GT-known Loc ${result.gtKnownLoc}, PxAP ${result.pxap}`);
