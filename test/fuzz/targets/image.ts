import sharp from "sharp";
import { decodeImage } from "../../../lib/data/images/decode";
import { readPlainHeader, type StoredSize } from "../../../lib/data/images/image-header";
import type { Random } from "../../../lib/data/random";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const FILE = "images/fuzzed.jpg";
const MANY_PIXELS = 2 ** 18;
const WORDS = [
  "\xff\xc0\x00\x11\x08",
  "\xff\xc2",
  "\xff\xc4\x00\x02",
  "\xff\xda",
  "\xff\xd9",
  "\xff\xff",
  "\xff\xe1\x00\x08Exif",
  "Adobe\x00\x64",
  "IHDR",
  "IDAT",
  "RIFF",
  "WEBP",
  "\x00\x00\xff\xff",
  "\x00\x00",
];

/** Images of every kind and channel count, damaged in their headers or anywhere: decoded whole, or refused. */
export function imageTarget(): FuzzTarget & { close(): void } {
  const images = Promise.all(madeImages());
  return {
    name: "image",
    code: "ERR_WSOL_IMAGE",
    file: FILE,
    async feed(random) {
      const bytes = damaged(random.pick(await images), random);
      const claimed = await metadataOf(bytes).catch(() => null);
      const isLarge = claimed !== null && claimed.width * claimed.height > MANY_PIXELS;
      // Decoding takes far longer than what it is to show: that headers are read as the library reads them.
      if (random.float() > (isLarge ? 0.01 : 0.1)) return claimed === null ? undefined : checkHeader(bytes, claimed);
      const options = { cmyk: "convert", applyOrientation: false, name: FILE } as const;
      const { data, width, height } = await decodeImage(bytes, options);
      if (data.length !== width * height * 3 || data.length === 0) {
        throw new Error(`accepted ${data.length} values as ${width} x ${height}`);
      }
      checkHeader(bytes, { width, height });
    },
    close: () => undefined,
  };
}

async function metadataOf(bytes: Buffer): Promise<StoredSize> {
  return sharp(bytes).metadata();
}

function checkHeader(bytes: Buffer, { width, height }: StoredSize): void {
  const plain = readPlainHeader(bytes);
  if (plain === null || (plain.width === width && plain.height === height)) return;
  throw new Error(`read ${plain.width} x ${plain.height} off the header of an image of ${width} x ${height}`);
}

function madeImages(): Promise<Buffer>[] {
  const grey = (width: number, height: number) =>
    sharp(Buffer.alloc(width * height, 90), { raw: { width, height, channels: 1 } });
  const colour = (channels: 3 | 4) =>
    sharp(Buffer.from(Array.from({ length: 20 * 14 * channels }, (_, at) => (at * 37) % 256)), {
      raw: { width: 20, height: 14, channels },
    });
  return [
    grey(9, 17).toColourspace("b-w").jpeg().toBuffer(),
    colour(3).jpeg().toBuffer(),
    colour(3).jpeg({ progressive: true }).toBuffer(),
    colour(3).toColourspace("cmyk").jpeg().toBuffer(),
    colour(3).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    grey(17, 9).toColourspace("b-w").png().toBuffer(),
    colour(3).png({ palette: true }).toBuffer(),
    colour(4).png().toBuffer(),
    colour(4).toColourspace("rgb16").png().toBuffer(),
    colour(4).webp().toBuffer(),
    colour(3).webp({ lossless: true }).toBuffer(),
  ];
}

/** Most of the time in the first bytes only, which say what the rest is. */
function damaged(image: Buffer, random: Random): Buffer {
  const head = random.pick([32, 200, image.length]);
  return Buffer.concat([mutate(image.subarray(0, head), random, WORDS), image.subarray(head)]);
}
