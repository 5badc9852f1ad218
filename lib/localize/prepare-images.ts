import type { Config } from "../config/schema";
import { type DecodedImage, decodeImage } from "../data/images/decode";
import { loadTorchAddon } from "../native/load-torch";
import type { ImageBatch } from "../native/torch-addon";
import { checkImageInput, type ImageInput } from "./image-input";

/** The pixels of an image, turned as its EXIF orientation says. @throws ERR_WSOL_ARGUMENT, ERR_WSOL_IMAGE */
export async function decodeUpright(image: ImageInput, { cmyk }: Pick<Config["data"], "cmyk">): Promise<DecodedImage> {
  const checked = checkImageInput(image);
  if (typeof checked === "object" && !ArrayBuffer.isView(checked)) return checked;
  return decodeImage(checked, { cmyk, applyOrientation: true });
}

/** A batch of square images with this side. */
export async function resizeTogether(images: readonly DecodedImage[], side: number): Promise<ImageBatch> {
  const { resizeImage } = loadTorchAddon();
  const bytes = side * side * 3;
  const data = new Uint8Array(images.length * bytes);
  await Promise.all(
    images.map(async (image, index) => {
      data.set(await resizeImage(image, { width: side, height: side }), index * bytes);
    }),
  );
  return { data, count: images.length, height: side, width: side };
}
