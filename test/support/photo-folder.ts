import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { Random } from "../../lib/data/random";

export interface PhotoFolder {
  readonly classes: readonly string[];
  /** Images of each class. */
  readonly each: number;
  /** @default 48 */
  readonly side?: number;
}

const COLOURS = [
  [220, 60, 40],
  [40, 90, 220],
  [60, 190, 70],
] as const;

/**
 * Writes `photos/<class>/<image>`, a square of the class's colour before noise in each, `boxes.csv` with their boxes, and `new/`
 * with two pictures of no class folder.
 */
export async function writePhotoFolder(root: string, { classes, each, side = 48 }: PhotoFolder): Promise<void> {
  const random = new Random(7);
  const lines = ["image,x0,y0,x1,y1"];
  for (const [label, name] of classes.entries()) {
    for (let index = 0; index < each; index++) {
      const path = `${name}/${index % 3 === 0 ? "more/" : ""}photo ${index}.jpg`;
      const [size, x0, y0] = [12 + random.below(side / 3), random.below(side / 2), random.below(side / 2)];
      await writePhoto(join(root, "photos", path), random, { side, size, x0, y0, label });
      lines.push(`${path},${x0},${y0},${x0 + size - 1},${y0 + size - 1}`);
    }
  }
  for (const label of [0, 1]) {
    await writePhoto(join(root, "new", `${label}.jpg`), random, { side, size: 16, x0: 9, y0: 9, label });
  }
  writeFileSync(join(root, "boxes.csv"), `${lines.join("\n")}\n`);
}

interface Square {
  readonly side: number;
  readonly size: number;
  readonly x0: number;
  readonly y0: number;
  readonly label: number;
}

async function writePhoto(path: string, random: Random, { side, size, x0, y0, label }: Square): Promise<void> {
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)];
    const isInside = x >= x0 && x < x0 + size && y >= y0 && y < y0 + size;
    return isInside ? COLOURS[label % COLOURS.length]![at % 3]! : 90 + random.below(60);
  });
  mkdirSync(dirname(path), { recursive: true });
  await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .jpeg()
    .toFile(path);
}
