import { createHash } from "node:crypto";
import { checkImageKind, decodeImage } from "../images/decode";
import { type ImageHeader, readImageHeader } from "../images/orientation";
import { readImageFile } from "../images/read-image-file";
import { Limiter } from "../limiter";

export interface DecodedFacts extends ImageHeader {
  /** The same for images of the same size and RGB pixels, whatever their files: {@link DIGEST_BYTES}. */
  readonly digest: Uint8Array;
}

/** Of a SHA-256: enough that no two pictures share them. */
export const DIGEST_BYTES = 16;

/** Above this, 100 MB decoded, images are decoded one after the other. */
const MANY_PIXELS = 2 ** 25;
const ofManyPixels = new Limiter(1);

/** Reads and decodes an image, CMYK too. @throws ERR_WSOL_IMAGE with `details.problem` */
export async function readImage(path: string): Promise<DecodedFacts> {
  const { bytes } = await readImageFile(path);
  checkImageKind(bytes, path);
  const header = await readImageHeader(bytes).catch(() => null);
  const decode = () => digestOf(bytes, path);
  const isLarge = header !== null && header.size[0] * header.size[1] > MANY_PIXELS;
  const digest = await (isLarge ? ofManyPixels.run(decode) : decode());
  // What decodes has a header.
  return { ...header!, digest };
}

async function digestOf(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const { data, width, height } = await decodeImage(bytes, { cmyk: "convert", applyOrientation: false, name });
  const hash = createHash("sha256").update(`${width} ${height} `).update(data);
  return hash.digest().subarray(0, DIGEST_BYTES);
}
