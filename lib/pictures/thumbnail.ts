import type { DecodedImage } from "../data/images/decode";
import { loadSharp } from "../data/images/sharp";

/** The longer side in pixels; tall and wide images keep their shape. */
const SIDE = 240;
/** What a picture may take, so that two hundred fit into a page that can be mailed. */
const MOST_BYTES = 8_000;
/** Tried one after the other until one is small enough; the last is taken as it is. */
const QUALITIES = [80, 65, 50, 35, 20] as const;

/** A small picture of an image, as WebP. */
export async function makeThumbnail({ data, width, height }: DecodedImage): Promise<Uint8Array> {
  const sharp = loadSharp();
  const small = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(SIDE, SIDE, { fit: "inside" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: small.info.width, height: small.info.height, channels: small.info.channels };
  let webp: Uint8Array = new Uint8Array();
  for (const quality of QUALITIES) {
    webp = await sharp(small.data, { raw }).webp({ quality }).toBuffer();
    if (webp.length <= MOST_BYTES) break;
  }
  return webp;
}
