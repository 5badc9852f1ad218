import { deflateSync } from "node:zlib";
import { formatError } from "../../../lib/data/prepare/format-error";
import type { Random } from "../../../lib/data/random";
import { decodeMask } from "../../../lib/evaluate/evaluator/mask";
import { decodeForegroundPng, decodeIndexPng, type GreyImage, type IndexImage } from "../../../lib/formats/png";
import { madeUpPng, pngChunk, pngOf } from "../../support/made-up-png";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const FILE = "masks/fuzzed.png";
const WORDS = [
  "IHDR",
  "PLTE",
  "IDAT",
  "IEND",
  "tRNS",
  "iCCP",
  "tEXt",
  "\x00\x00\x00\x00",
  "\xff\xff\xff\xff",
  "\x7f\xff",
];
const KINDS = [
  ...[1, 2, 4, 8, 16].map((depth) => ({ colour: 0, depth, channels: 1 })),
  ...[1, 2, 4, 8].map((depth) => ({ colour: 3, depth, channels: 1 })),
  ...[8, 16].flatMap((depth) => [
    { colour: 2, depth, channels: 3 },
    { colour: 4, depth, channels: 2 },
    { colour: 6, depth, channels: 4 },
  ]),
];
const SIGNATURE_BYTES = 8;

/** PNGs of every kind: damaged as they lie, damaged below right checksums, or with damaged pixel data packed anew. */
export const pngTarget: FuzzTarget = {
  name: "png",
  code: "ERR_WSOL_MASK",
  file: FILE,
  async feed(random) {
    const { data, width, height } = await decodeMask(damaged(pngFile(random), random), FILE);
    if (data.length !== width * height || data.length < 1) {
      throw new Error(`accepted ${data.length} values as ${width} x ${height}`);
    }
  },
};

/** The same files, read as label images: what is refused is a file of the source, not a mask of the data set. */
export const indexPngTarget: FuzzTarget = sourcePngTarget("index-png", decodeIndexPng);

/** The same files, read as what is not 0. */
export const foregroundPngTarget: FuzzTarget = sourcePngTarget("foreground-png", async (bytes) => {
  const image = await decodeForegroundPng(bytes);
  if (!image.data.every((value) => value === 0 || value === 255))
    throw new Error("accepted another value than 0 and 255");
  return image;
});

function sourcePngTarget(name: string, decode: (bytes: Buffer) => Promise<GreyImage | IndexImage>): FuzzTarget {
  return {
    name,
    code: "ERR_WSOL_DATA",
    file: FILE,
    async feed(random) {
      const { data, width, height } = await decode(damaged(pngFile(random), random)).catch((cause) => {
        throw formatError(FILE, cause);
      });
      if (data.length !== width * height || data.length < 1) {
        throw new Error(`accepted ${data.length} values as ${width} x ${height}`);
      }
    },
  };
}

function pngFile(random: Random): Buffer {
  const { colour, depth, channels } = random.pick(KINDS);
  const [width, height] = [1 + random.below(12), 1 + random.below(12)];
  const entries = 1 + random.below(2 ** Math.min(depth, 8));
  const values = colour === 3 ? entries : 2 ** depth;
  return madeUpPng({
    width,
    height,
    colour,
    depth,
    samples: Array.from({ length: width * height * channels }, () => random.below(values)),
    isInterlaced: random.float() < 0.3,
    filters: Array.from({ length: 1 + random.below(5) }, () => random.below(5)),
    ...(colour === 3 && { palette: Array.from({ length: entries * 3 }, () => random.below(256)) }),
  });
}

function damaged(png: Buffer, random: Random): Buffer {
  const how = random.below(4);
  if (how === 0) return png;
  if (how === 1) return mutate(png, random, WORDS);
  const chunks = chunksOf(png);
  const which = random.below(chunks.length);
  const rebuilt = chunks.map(({ type, body }, index) => {
    if (how === 3 && type === "IDAT") return pngChunk(type, deflateSync(mutate(body, random, WORDS), { level: 0 }));
    return pngChunk(type, how === 2 && index === which ? mutate(body, random, WORDS) : body);
  });
  if (random.float() < 0.1) rebuilt.splice(random.below(rebuilt.length), 1);
  if (random.float() < 0.1) rebuilt.splice(random.below(rebuilt.length), 0, random.pick(rebuilt));
  return pngOf(...rebuilt);
}

function chunksOf(png: Buffer): { type: string; body: Buffer }[] {
  const chunks: { type: string; body: Buffer }[] = [];
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString("latin1", at + 4, at + 8), body: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}
