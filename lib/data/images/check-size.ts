import { join } from "node:path";
import { WsolError } from "../../errors";
import type { ImageSize, Split } from "../split";
import type { ImageProblem } from "./bad-image";
import { isTurned, readImageHeader } from "./orientation";

/**
 * Compares an image's own size, as stored, with the one that `image_sizes.txt` gives: boxes are scaled by the latter, so a
 * wrong one would change box metrics unseen. A split without sizes passes.
 * @throws ERR_WSOL_DATA naming the image, both sizes, and the fix
 */
export async function checkSize(split: Split, index: number, [width, height]: ImageSize): Promise<void> {
  const given = split.sizes?.[index];
  if (given === undefined || (given[0] === width && given[1] === height)) return;
  const id = split.ids[index] as string;
  const path = join(split.root, "metadata", split.name, "image_sizes.txt");
  const isSwapped = given[0] === height && given[1] === width;
  throw new WsolError(
    "ERR_WSOL_DATA",
    `expected ${width} x ${height}, the image's own width and height, for '${id}' in '${path}', ` +
      `got ${given[0]} x ${given[1]}${isSwapped ? ", which is swapped" : ""}`,
    {
      details: {
        path,
        image: id,
        split: split.name,
        problem: "size" satisfies ImageProblem,
        expected: [width, height],
        got: given,
      },
      fix: `${await reason(split.imagePath(index), isSwapped)} Write '${id},${width},${height}', and see that the boxes are in these pixels.`,
    },
  );
}

async function reason(imagePath: string, isSwapped: boolean): Promise<string> {
  if (!isSwapped) return "The file is of another size than the metadata says.";
  const { orientation } = await readImageHeader(imagePath);
  return isTurned(orientation)
    ? `Sizes and boxes are those of the image as stored, without its EXIF orientation (${orientation}).`
    : "The order is id,width,height.";
}
