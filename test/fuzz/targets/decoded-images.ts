import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Random } from "../../../lib/data/random";
import { loadMetricsAddon } from "../../../lib/native/load-metrics";
import { IMAGE_STATES } from "../../../lib/native/metrics-addon";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const COUNT = 4;
const IMAGE_BYTES = 300;
const INDICES = Int32Array.from({ length: COUNT }, (_, index) => index);
const WORDS = ["WSOLPIX1", "\0\0\0\0\0\0\0\0", "\xff\xff\xff\xff\xff\xff\xff\xff", "\0".repeat(4096)];

/** The file of decoded images, damaged: an image that is read from it is the one written, or none. */
export function decodedImagesTarget(): FuzzTarget & { close(): void } {
  const folder = mkdtempSync(join(tmpdir(), "wsol-fuzz-"));
  const path = join(folder, "fuzzed.images");
  const { ImageFile } = loadMetricsAddon();
  const images = Uint8Array.from({ length: COUNT * IMAGE_BYTES }, (_, at) => (at * 31) % 251);
  const stamps = Uint8Array.from({ length: COUNT * 8 }, (_, at) => at + 1);
  const whole = makeWhole();

  async function makeWhole(): Promise<Buffer> {
    const file = new ImageFile(path, { count: COUNT, imageBytes: IMAGE_BYTES });
    await file.create(path);
    file.open();
    for (const index of INDICES) {
      await file.write(index, stamps.subarray(index * 8, index * 8 + 8), imageAt(images, index));
    }
    file.close();
    return readFileSync(path);
  }

  return {
    name: "decoded-images",
    code: "ERR_WSOL_WRITE",
    file: path,
    async feed(random) {
      writeFileSync(path, damaged(await whole, random));
      const file = new ImageFile(path, { count: COUNT, imageBytes: IMAGE_BYTES });
      try {
        if (file.open() === "foreign") return;
        const reading = await file.read(INDICES, stamps);
        reading.states.forEach((state, index) => {
          if (state !== IMAGE_STATES.held) return;
          const isSame = Buffer.compare(imageAt(reading.images, index), imageAt(images, index)) === 0;
          if (!isSame) throw new Error(`read another image ${index} than was written`);
        });
      } finally {
        file.close();
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function imageAt(images: Uint8Array, index: number): Uint8Array {
  return images.subarray(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES);
}

/** Anywhere, or in its header or its table, which are a small part of it. */
function damaged(whole: Buffer, random: Random): Buffer {
  const [from, to] = random.pick([
    [0, 64],
    [4096, 4096 + COUNT * 16],
    [8192, whole.length],
    [0, whole.length],
  ]);
  const bytes = Buffer.concat([
    whole.subarray(0, from),
    mutate(whole.subarray(from, to), random, WORDS),
    whole.subarray(to),
  ]);
  // Of the right length, it is looked at more closely.
  return random.float() < 0.2 ? bytes : Buffer.concat([bytes, Buffer.alloc(whole.length)]).subarray(0, whole.length);
}
