import type { Box } from "../../data/split";
import { bestIou } from "../../metrics/iou";
import { scaleBoxToMap } from "../../metrics/scale-box-to-map";
import type { GalleryData } from "./gallery-data";
import { largestContourBox } from "./largest-contour";
import { type LevelMap, levelMapOf } from "./level-map";
import { decodeFloats } from "./raw-map";

/** What a threshold cuts out of one image's score map. */
export interface Cut {
  /** In map pixels, as the evaluator gives it. */
  readonly box: Box;
  /** null without true boxes. */
  readonly iou: number | null;
}

/** As many maps as are kept ready: 224 x 224 of them take 50 KiB each. */
const KEPT = 240;

/** The score maps of a gallery, made when they are first asked for. */
export class ScoreMaps {
  readonly #data: GalleryData;
  readonly #maps = new Map<string, LevelMap>();

  constructor(data: GalleryData) {
    this.#data = data;
  }

  /** null where the run has nothing of the image. */
  of(image: number, run: number): LevelMap | null {
    const key = `${image} ${run}`;
    const known = this.#maps.get(key);
    if (known !== undefined) return known;
    const finding = this.#data.images[image]!.found[run] ?? null;
    if (finding === null) return null;
    const { size, normalisation } = this.#data.runs[run]!;
    const raw = {
      values: decodeFloats(finding.map),
      width: finding.mapWidth,
      height: finding.mapHeight,
    };
    const map = levelMapOf(raw, size, normalisation);
    // The oldest goes first.
    if (this.#maps.size >= KEPT) this.#maps.delete(this.#maps.keys().next().value!);
    this.#maps.set(key, map);
    return map;
  }

  cut(image: number, run: number, threshold: number): Cut | null {
    const map = this.of(image, run);
    if (map === null) return null;
    const box = largestContourBox(map, threshold);
    const { boxes, width, height } = this.#data.images[image]!;
    const iou =
      boxes === null
        ? null
        : bestIou(
            box,
            boxes.map((one) => scaleBoxToMap(one, [width, height], [map.size, map.size])),
          );
    return { box, iou };
  }
}
