// Photographs of CUB's size to measure with: 500 x 375, about 95 KB.
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const [WIDTH, HEIGHT] = [500, 375];
const QUALITY = 92;

/**
 * A data set of `count` photographs in the wsol layout, of which `distinct` are distinct files and the others links to
 * them; made once. Noise of the grain that takes a photograph's bytes.
 */
export async function writePhotographs(root, { count, distinct, classes = 200 }) {
  if (existsSync(root)) return;
  const partial = `${root}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const metadata = join(partial, "metadata", "train");
  mkdirSync(join(partial, "images"), { recursive: true });
  mkdirSync(metadata, { recursive: true });
  const noise = { type: "gaussian", mean: 128, sigma: 60 };
  for (let image = 0; image < distinct; image++) {
    await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: "#888", noise } })
      .blur(1.2)
      .linear(2.2, -150)
      .jpeg({ quality: QUALITY })
      .toFile(join(partial, "images", `${image}.jpg`));
  }
  for (let image = distinct; image < count; image++) {
    linkSync(join(partial, "images", `${image % distinct}.jpg`), join(partial, "images", `${image}.jpg`));
  }
  const ids = Array.from({ length: count }, (_, image) => `${image}.jpg`);
  writeFileSync(join(metadata, "image_ids.txt"), ids.map((id) => `${id}\n`).join(""));
  writeFileSync(join(metadata, "class_labels.txt"), ids.map((id, image) => `${id},${image % classes}\n`).join(""));
  renameSync(partial, root);
}
