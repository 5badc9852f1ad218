import type { DecodedImage } from "../data/images/decode";
import { toRgb } from "../data/images/to-rgb";
import { invalidArgument } from "../errors";

/** A path, the bytes of a JPEG or PNG, or pixels: rows of 8-bit grey, RGB or RGBA (alpha is dropped). */
export type ImageInput = string | Uint8Array | RawImage;

export interface RawImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** Pixels become RGB; paths and bytes pass through. @throws ERR_WSOL_ARGUMENT */
export function checkImageInput(image: ImageInput): string | Uint8Array | DecodedImage {
  if (typeof image === "string") return image;
  if (isBytes(image)) return image;
  if (typeof image !== "object" || image === null) throw invalidArgument("image", "a path, bytes or pixels", image);
  const { data, width, height, channels } = image;
  if (!isBytes(data)) throw invalidArgument("image.data", "a Uint8Array", data);
  if (!Number.isInteger(width) || width < 1) throw invalidArgument("image.width", "a positive whole number", width);
  if (!Number.isInteger(height) || height < 1) throw invalidArgument("image.height", "a positive whole number", height);
  if (![1, 3, 4].includes(channels)) throw invalidArgument("image.channels", "1, 3 or 4", channels);
  if (data.length !== width * height * channels) {
    throw invalidArgument(
      "image.data",
      `${width} x ${height} x ${channels} = ${width * height * channels} bytes`,
      data,
    );
  }
  return { data: toRgb(data, channels), width, height };
}

function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}
