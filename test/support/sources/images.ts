import sharp from "sharp";
import { randomNumbers } from "../random-numbers";

export interface MadeUpImage {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  /** `turned`: stored as `width` x `height`, with an EXIF orientation of 6. @default rgb */
  readonly kind?: "rgb" | "grey" | "cmyk" | "turned";
  /** @default jpeg */
  readonly as?: "jpeg" | "png";
}

/** A noisy image, the same bytes for the same seed. */
export function imageBytes({ width, height, seed, kind = "rgb", as = "jpeg" }: MadeUpImage): Promise<Buffer> {
  const random = randomNumbers(seed);
  const channels = kind === "grey" ? 1 : 3;
  const data = Buffer.from(Array.from({ length: width * height * channels }, () => Math.floor(random() * 256)));
  const image = sharp(data, { raw: { width, height, channels } });
  if (kind === "grey") image.toColourspace("b-w");
  if (kind === "cmyk") image.toColourspace("cmyk");
  if (kind === "turned") image.withMetadata({ orientation: 6 });
  return (as === "png" ? image.png() : image.jpeg({ quality: 90 })).toBuffer();
}

/** A JPEG of one colour with a rectangle of another; sharp-edged where the rectangle's sides are multiples of eight. */
export function rectangleJpeg(
  [width, height]: readonly [number, number],
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  inside: readonly [number, number, number],
  outside: readonly [number, number, number],
): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) data.set(x >= x0 && x <= x1 && y >= y0 && y <= y1 ? inside : outside, at);
  }
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  return image.jpeg({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer();
}
