import { loadSharp } from "../images/sharp";
import { type LayoutImage, writeLayoutFile } from "../layout/layout-writer";
import type { Box } from "../split";

/** One image with its mask, as it came from the renderer. */
export interface ImageToWrite {
  /** Path below `images/` and `masks/`, without the ending. */
  readonly stem: string;
  readonly label: number;
  readonly size: number;
  readonly image: Uint8Array;
  readonly mask: Uint8Array;
}

/** Writes the image as JPEG of high quality and its mask as PNG. @throws ERR_WSOL_WRITE */
export async function writeImage(out: string, { stem, label, size, image, mask }: ImageToWrite): Promise<LayoutImage> {
  const sharp = loadSharp();
  const rgb = sharp(image, { raw: { width: size, height: size, channels: 3 } });
  const grey = sharp(mask, { raw: { width: size, height: size, channels: 1 } }).toColourspace("b-w");
  const jpeg = await rgb.jpeg({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer();
  await writeLayoutFile(out, "images", `${stem}.jpg`, jpeg);
  await writeLayoutFile(out, "masks", `${stem}.png`, await grey.png({ compressionLevel: 9 }).toBuffer());
  return {
    id: `${stem}.jpg`,
    labels: [label],
    size: [size, size],
    boxes: [{ box: boxOf(mask, size) }],
    masks: [{ path: `${stem}.png` }],
    ignore: null,
  };
}

/** The smallest box around the mask, its far edges inclusive. */
function boxOf(mask: Uint8Array, size: number): Box {
  let [x0, y0, x1, y1] = [size, size, 0, 0];
  mask.forEach((value, i) => {
    if (value === 0) return;
    const x = i % size;
    const y = Math.floor(i / size);
    x0 = Math.min(x0, x);
    y0 = Math.min(y0, y);
    x1 = Math.max(x1, x);
    y1 = Math.max(y1, y);
  });
  return [x0, y0, x1, y1];
}
