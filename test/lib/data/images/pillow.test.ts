import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import { decodeImage } from "../../../../lib/data/images/decode";
import type { ResizeImage } from "../../../../lib/data/images/loader";
import { loadTorchAddon } from "../../../../lib/native/load-torch";
import answers from "./fixtures/pillow.json";

/** The project's own answers are in fixtures/pillow.json (scripts/fixtures/make-pillow-fixtures.py). */
const AS_IN_DATA_SETS = { cmyk: "refuse", applyOrientation: false } as const;
const images = Object.entries(answers.images) as [string, Answer][];

interface Answer {
  readonly width: number;
  readonly height: number;
  readonly decoded: string;
  readonly resized: Readonly<Record<string, string>>;
}

const resize = nativeResize();
const whenResize = resize === null ? it.skip : it;

it.each(images)("decodes %s to Pillow's very bytes", async (name, { width, height, decoded }) => {
  const image = await decodeImage(join(__dirname, "fixtures", name), AS_IN_DATA_SETS);
  expect([image.width, image.height]).toEqual([width, height]);
  expect(largestDifference(image.data, Buffer.from(decoded, "base64"))).toBe(0);
});

whenResize.each(images)("resizes %s as Pillow's bilinear does, to one level", async (name, { resized }) => {
  const image = await decodeImage(join(__dirname, "fixtures", name), AS_IN_DATA_SETS);
  for (const [side, expected] of Object.entries(resized)) {
    const found = await resize!(image, { width: Number(side), height: Number(side) });
    expect(largestDifference(found, Buffer.from(expected, "base64"))).toBeLessThanOrEqual(1);
  }
});

const FOD = join(__dirname, "../../../../../shared/data/fod-mini");
const python = findPillow();
const whenPillow = existsSync(FOD) && python !== null && resize !== null ? it : it.skip;
if (whenPillow === it.skip) {
  const missing = !existsSync(FOD)
    ? FOD
    : python === null
      ? "Python with Pillow (WSOL_TEST_PYTHON)"
      : "usable LibTorch";
  console.warn(`skipped: comparison with Pillow on photographs: no ${missing}`);
}

whenPillow(
  "decodes and resizes the fod-mini photographs as Pillow does, to one level",
  async () => {
    const split = (await Dataset.open(FOD)).split("test");
    const chosen = split.ids.map((_, index) => index).filter((index) => index % 5 === 0);
    const side = 146;
    const script = `
import sys
from PIL import Image
for path in sys.argv[2:]:
    image = Image.open(path).convert("RGB").resize((int(sys.argv[1]),) * 2, Image.Resampling.BILINEAR)
    sys.stdout.buffer.write(image.tobytes())`;
    const args = ["-c", script, String(side), ...chosen.map((index) => split.imagePath(index))];
    const expected = execFileSync(python!, args, { maxBuffer: 2 ** 30 });
    expect(expected).toHaveLength(chosen.length * side * side * 3);
    for (const [i, index] of chosen.entries()) {
      const image = await decodeImage(split.imagePath(index), AS_IN_DATA_SETS);
      const found = await resize!(image, { width: side, height: side });
      const answer = expected.subarray(i * side * side * 3, (i + 1) * side * side * 3);
      expect(largestDifference(found, answer)).toBeLessThanOrEqual(1);
    }
  },
  60_000,
);

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}

function nativeResize(): ResizeImage | null {
  try {
    return loadTorchAddon().resizeImage;
  } catch (error) {
    console.warn(`skipped: resizing as Pillow does: ${(error as Error).message}`);
    return null;
  }
}

function findPillow(): string | null {
  for (const command of [process.env.WSOL_TEST_PYTHON, "python3", "python"]) {
    if (command === undefined) continue;
    try {
      execFileSync(command, ["-c", "import PIL"], { stdio: "ignore" });
      return command;
    } catch {}
  }
  return null;
}
