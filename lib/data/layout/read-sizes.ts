import type { ImageSize } from "../split";
import type { ImageIndex } from "./image-index";
import type { MetadataFile } from "./metadata-file";

/** Reads `image_sizes.txt`: `id,width,height`. Absent or empty gives null; else every image has its line. */
export function readSizes(file: MetadataFile | null, index: ImageIndex): ImageSize[] | null {
  if (file === null || file.isEmpty) return null;
  const sizes = new Array<ImageSize | undefined>(index.ids.length).fill(undefined);
  // Photographs come in few sizes: equal ones are one object.
  const shared = new Map<string, ImageSize>();
  file.forEachLine((line, number) => {
    const match = /^([^,]*),(\d{1,9}),(\d{1,9})$/.exec(line);
    if (match === null || Number(match[2]) === 0 || Number(match[3]) === 0) {
      throw file.error(number, "expected 'id,width,height' with positive integers", { text: line });
    }
    const position = index.find(match[1] as string, file, number);
    if (sizes[position] !== undefined) throw file.error(number, "expected one size per image", { text: line });
    const text = line.slice(line.indexOf(",") + 1);
    const size = shared.get(text) ?? ([Number(match[2]), Number(match[3])] as const);
    shared.set(text, size);
    sizes[position] = size;
  });
  index.requireAll(file, (position) => sizes[position] !== undefined, "the size");
  return sizes as ImageSize[];
}
