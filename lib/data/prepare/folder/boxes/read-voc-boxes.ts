import { FormatProblem } from "../../../../formats/problem";
import { readVocXml } from "../../../../formats/voc-xml/voc-xml";
import type { Box } from "../../../split";
import type { Source } from "../../source/source";
import type { FoundImage } from "../sort-files";
import type { StatedBox } from "./stated-box";

export interface VocBoxesOptions {
  /** Whether coordinates count from 0, where VOC's own count from 1. */
  readonly isZeroBased: boolean;
  readonly onProblem: (image: FoundImage, entry: string, problem: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The annotation beside each image, by its path without ending. */
export function annotationsBeside(source: Source, images: readonly FoundImage[]): ReadonlyMap<FoundImage, string> {
  const byStem = new Map<string, string>();
  for (const path of source.entries.keys()) if (/\.xml$/i.test(path)) byStem.set(path.slice(0, -4), path);
  const found = new Map<FoundImage, string>();
  if (byStem.size === 0) return found;
  for (const image of images) {
    const entry = byStem.get(withoutEnding(image.path));
    if (entry !== undefined) found.set(image, entry);
  }
  return found;
}

/** The boxes of VOC annotations; one that cannot be read is a problem of its image. */
export async function* readVocBoxes(
  source: Source,
  annotations: ReadonlyMap<FoundImage, string>,
  options: VocBoxesOptions,
): AsyncGenerator<StatedBox, void, void> {
  const first = options.isZeroBased ? 0 : 1;
  for (const [image, entry] of annotations) {
    options.signal?.throwIfAborted();
    try {
      const { objects, size } = readVocXml(await source.read(entry));
      for (const { name, box } of objects) {
        const moved = box.map((side) => side - first) as unknown as Box;
        yield { image: image.path, box: moved, className: name, size, where: entry };
      }
    } catch (error) {
      if (!(error instanceof FormatProblem)) throw error;
      options.onProblem(image, entry, error.message);
    }
  }
}

/** A path up to its last dot. */
export function withoutEnding(path: string): string {
  return path.slice(0, path.length - (/\.[^./]*$/.exec(path)?.[0].length ?? 0));
}
