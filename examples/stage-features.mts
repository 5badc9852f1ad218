// Draws what every stage of a run's network sees in an image, and prints where each stage's mean is largest.
// Usage: node build/examples/stage-features.mjs RUN IMAGE PICTURE
import { writeFile } from "node:fs/promises";
import { featureSheet, Localizer, stageMeans } from "entropy-wsol";

const [run, image, picture] = process.argv.slice(2);
if (run === undefined || image === undefined || picture === undefined) {
  console.error("expected a run folder, an image and the name of a PNG file");
  process.exit(2);
}

await using model = await Localizer.load(run);
const sheet = await featureSheet(model, image, { channels: 3 }); // two models: featureSheet([before, after], image)
await writeFile(picture, sheet.png);
for (const { name, className, probability } of sheet.models) console.log(`${name}: ${className}, p ${probability}`);

for (const { stage, data, width, height } of await stageMeans(model, image)) {
  const largest = data.indexOf(Math.max(...data));
  console.log(`stage ${stage}, ${width} x ${height}: largest at ${largest % width}, ${Math.floor(largest / width)}`);
}
