// How sure is a run of each test image, and is it right? The paper's question, image by image, least sure first.
// Usage: node build/examples/inspect-entropy.mjs RUN DATA
import { Dataset, Localizer } from "entropy-wsol";

const [run = "quickstart/entropy", folder = "quickstart/data"] = process.argv.slice(2);

const split = (await Dataset.open(folder)).split("test");
await using model = await Localizer.load(run);

async function* images(): AsyncGenerator<string> {
  for (let index = 0; index < split.ids.length; index++) yield split.imagePath(index);
}

const rows: { id: string; entropyFraction: number; isRight: boolean }[] = [];
for await (const [found] of model.localize(images(), { batchSize: 32 })) {
  if (found === undefined) continue;
  const index = rows.length;
  const isRight = found.label === split.labels[index];
  rows.push({ id: split.ids[index] ?? "", entropyFraction: found.entropyFraction, isRight });
}

rows.sort((a, b) => b.entropyFraction - a.entropyFraction);
for (const { id, entropyFraction, isRight } of rows.slice(0, 20)) {
  console.log(`${(100 * entropyFraction).toFixed(1).padStart(5)} %  ${isRight ? "right" : "wrong"}  ${id}`);
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
console.log(
  `mean entropy of ${rows.length} images: ${mean(rows.map((row) => row.entropyFraction)).toFixed(3)} of log C`,
);
