import type { Config } from "../config/schema";
import { type DecodedImage, decodeImage } from "../data/images/decode";
import { detach } from "../native/detach";
import { loadTorchAddon } from "../native/load-torch";
import type { ImageBatch } from "../native/torch-addon";
import { checkImageInput, type ImageInput } from "./image-input";

/** The pixels of an image, turned as its EXIF orientation says. @throws ERR_WSOL_ARGUMENT, ERR_WSOL_IMAGE */
export async function decodeUpright(image: ImageInput, { cmyk }: Pick<Config["data"], "cmyk">): Promise<DecodedImage> {
  const checked = checkImageInput(image);
  if (isDecoded(checked)) return checked;
  return decodeImage(checked, { cmyk, applyOrientation: true });
}

function isDecoded(image: string | Uint8Array | DecodedImage): image is DecodedImage {
  return typeof image === "object" && !ArrayBuffer.isView(image);
}

/** An image as the network takes it. */
export interface PreparedImage {
  /** RGB, 8 bit, cropSize x cropSize x 3. */
  readonly pixels: Uint8Array;
  /** Of the upright image. */
  readonly width: number;
  readonly height: number;
}

/** Decodes and resizes. @throws ERR_WSOL_ARGUMENT, ERR_WSOL_IMAGE */
export async function prepareImage(
  image: ImageInput,
  { cmyk, cropSize: side }: Pick<Config["data"], "cmyk" | "cropSize">,
): Promise<PreparedImage> {
  const checked = checkImageInput(image);
  const isGiven = isDecoded(checked);
  const decoded = isGiven ? checked : await decodeImage(checked, { cmyk, applyOrientation: true });
  const { width, height } = decoded;
  const resized = loadTorchAddon().resizeImage(decoded, { width: side, height: side });
  // The call has its own copy, and what was decoded here nobody else has.
  if (!isGiven) detach(decoded.data);
  return { pixels: await resized, width, height };
}

/** Images of one side in one block. */
export function batchOf(images: readonly PreparedImage[], side: number): ImageBatch {
  const bytes = side * side * 3;
  const data = new Uint8Array(images.length * bytes);
  images.forEach(({ pixels }, index) => {
    data.set(pixels, index * bytes);
  });
  return { data, count: images.length, height: side, width: side };
}
