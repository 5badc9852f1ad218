import type { Box } from "../../data/split";
import type { Normalisation } from "../../metrics/normalisations";

/** Where the page's script finds its data, and puts what it draws. */
export const GALLERY_IDS = { data: "gallery-data", root: "gallery-root" } as const;

/** What the page's script reads: the images of the gallery and what each run found in them. */
export interface GalleryData {
  readonly runs: readonly GalleryRun[];
  readonly images: readonly GalleryEntry[];
}

export interface GalleryRun {
  readonly name: string;
  /** Classes of the run's colour. */
  readonly colour: string;
  /** Where boxes are cut at first, and in words where that threshold comes from. */
  readonly threshold: number;
  readonly thresholdFrom: string;
  readonly normalisation: Normalisation;
  /** Side of the score maps in pixels. */
  readonly size: number;
}

export interface GalleryEntry {
  readonly id: string;
  /** Name of the true class, whose score map is shown. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  /** In pixels of the image, x1 and y1 inclusive; null where unknown. */
  readonly boxes: readonly Box[] | null;
  /** A data URL. */
  readonly thumbnail: string;
  /** One per run; null where the run has nothing of this image. */
  readonly found: readonly (Finding | null)[];
}

/** What one run makes of one image. */
export interface Finding {
  /** The network's values before resizing and normalisation, row by row: base64 of little-endian float32. */
  readonly map: string;
  readonly mapWidth: number;
  readonly mapHeight: number;
  readonly predicted: string;
  readonly isRight: boolean;
  /** p of the predicted class. */
  readonly probability: number;
  /** H(p) / log C. */
  readonly entropy: number;
  /** Of the largest contour at the run's threshold, in map pixels, as the evaluator cuts it. */
  readonly box: Box;
  /** The best of that box with a true box; null without true boxes. */
  readonly iou: number | null;
}
