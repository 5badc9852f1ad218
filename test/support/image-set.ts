import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Dataset, type Split } from "../../lib/data/dataset";

const FIXTURES = join(__dirname, "..", "lib", "data", "images", "fixtures");

/** The `train` split of `count` copies of one 21 x 14 photograph below `root`; labels count up. */
export async function writeImageSet(root: string, count: number): Promise<Split> {
  const ids = Array.from({ length: count }, (_, i) => `${i}.png`);
  const metadata = join(root, "metadata", "train");
  await mkdir(metadata, { recursive: true });
  await mkdir(join(root, "images"));
  await writeFile(join(metadata, "image_ids.txt"), ids.join("\n"));
  await writeFile(join(metadata, "class_labels.txt"), ids.map((id, i) => `${id},${i}`).join("\n"));
  const image = await readFile(join(FIXTURES, "rgb.png"));
  for (const id of ids) await writeFile(join(root, "images", id), image);
  return (await Dataset.open(root)).split("train");
}
