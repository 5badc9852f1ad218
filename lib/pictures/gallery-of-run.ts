import type { Config } from "../config/schema";
import { Dataset } from "../data/dataset";
import { decodeImage } from "../data/images/decode";
import { loaderFor } from "../data/images/loader-for";
import { Pairs } from "../data/pairs";
import type { Box, Split } from "../data/split";
import { Localizer } from "../localize/localizer";
import { largestEntropy } from "../losses/largest-entropy";
import { boxesFromScoreMap } from "../metrics/boxes";
import { bestIou } from "../metrics/iou";
import type { Normalisation } from "../metrics/normalisations";
import { scaleBoxToMap } from "../metrics/scale-box-to-map";
import { finiteOutputs } from "../models/finite-outputs";
import type { InferResult } from "../native/torch-addon";
import type { Checkpoint } from "../runs/run-folder";
import { spread } from "./spread";
import { makeThumbnail } from "./thumbnail";

/** What a run finds in some images of a split, for a gallery whose boxes are cut anew at any threshold. */
export interface RunGallery {
  /** Where {@link GalleryImage.box} is cut. */
  readonly threshold: number;
  /** How raw maps become score maps: resized to `size` x `size`, then normalised. */
  readonly normalisation: Normalisation;
  readonly size: number;
  readonly images: readonly GalleryImage[];
}

/**
 * One image of a {@link RunGallery}. Score map, box and IoU are those of the true class, as in the evaluation; an image of
 * several classes is there once for each.
 */
export interface GalleryImage {
  /** Of a multi-label set with the class: `a.jpg (bird)`. */
  readonly imageId: string;
  readonly label: string;
  readonly predicted: string;
  /** Of the predicted class. */
  readonly probability: number;
  /** Of the prediction over log C, with `bce` over log 2. */
  readonly entropyFraction: number;
  /** In pixels, as stored: without the EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** In pixels of the image; null where the split has none. */
  readonly trueBoxes: readonly Box[] | null;
  /** As the network draws it, before resizing and normalisation. */
  readonly rawMap: { readonly data: Float32Array; readonly width: number; readonly height: number };
  /** Of the largest contour at the threshold, in pixels of the score map, as the evaluator cuts it. */
  readonly box: Box;
  /** The best of that box with a true box; null without true boxes. */
  readonly iou: number | null;
  /** A small picture of the image: WebP. */
  readonly thumbnail: Uint8Array;
}

export interface GalleryOptions {
  /** The data set's folder. */
  readonly data: string;
  /** @default "test", else the last split there is */
  readonly split?: string;
  /** Which weights. @default "last" */
  readonly checkpoint?: Checkpoint;
  /** How score maps are made. @default as trained */
  readonly scoreMap?: Config["scoreMap"];
  /** Where boxes are cut, in [0, 1]. @default the best on `val`, else sigma */
  readonly threshold?: number;
  /** How many, spread over the split: the same images for every run. */
  readonly images: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Runs a run's model over some images of a split as an evaluation does, and keeps what a gallery needs of them.
 * @throws ERR_WSOL_RUN_FOLDER, ERR_WSOL_CHECKPOINT, ERR_WSOL_DATA, ERR_WSOL_IMAGE, …
 */
export async function galleryOfRun(
  runFolder: string,
  { data, split: name, images, checkpoint = "last", scoreMap, threshold: given, onProgress }: GalleryOptions,
): Promise<RunGallery> {
  const dataset = await Dataset.open(data);
  const split = dataset.split(name ?? (dataset.has("test") ? "test" : dataset.splits.at(-1)!));
  const model = await Localizer.load(runFolder, { checkpoint, ...(scoreMap !== undefined && { scoreMap }) });
  try {
    const { normalisation, size } = model.config.scoreMap;
    const threshold = given ?? model.defaultThreshold;
    const { cropSize: side, onBadImage } = model.config.data;
    const loader = loaderFor({ ...model.config.data, cache: "none" });
    const order = Int32Array.from(spread(images, split.ids.length));
    const pairs = new Pairs(split);
    const found: GalleryImage[] = [];
    let done = 0;
    const { batchSize } = model.config.optim;
    for await (const batch of loader.batches({ split, order, batchSize, side, onBadImage })) {
      done += batch.indices.length + batch.skipped.length;
      if (batch.images.count === 0) continue;
      const options = { ...model.config.scoreMap, labels: batch.labels, topK: 1 };
      const inferred = finiteOutputs(await model.network.infer(batch.images, options));
      const shared = { split, pairs, classes: dataset.classes, inferred, model, threshold };
      const described = [...batch.indices].map((index, at) => describe({ ...shared, index, at }));
      found.push(...(await Promise.all(described)).flat());
      onProgress?.(done, order.length);
    }
    return { threshold, normalisation, size, images: found };
  } finally {
    await model.close();
  }
}

interface Inferred {
  readonly split: Split;
  readonly pairs: Pairs;
  readonly index: number;
  readonly classes: readonly string[] | null;
  readonly inferred: InferResult;
  /** The image's place in the batch. */
  readonly at: number;
  readonly model: Localizer;
  readonly threshold: number;
}

/** One entry for each class of the image. */
async function describe(image: Inferred): Promise<GalleryImage[]> {
  const { split, pairs, index, classes, inferred, at, model, threshold } = image;
  const { numClasses, config } = model;
  const { mapWidth, mapHeight, rawWidth, rawHeight } = inferred;
  const rowOf = <T extends Float32Array | Float64Array>(values: T, length: number, row: number) =>
    values.slice(row * length, (row + 1) * length) as T;
  const probabilities = rowOf(inferred.probabilities, numClasses, at);
  const predicted = probabilities.indexOf(Math.max(...probabilities));
  const map = { width: mapWidth, height: mapHeight, threshold };
  // As the data set's boxes were drawn: without the EXIF orientation.
  const decoded = await decodeImage(split.imagePath(index), { cmyk: config.data.cmyk, applyOrientation: false });
  const { width, height } = decoded;
  const nameOf = (label: number) => classes?.[label] ?? `class ${label}`;
  const ofImage = {
    predicted: nameOf(predicted),
    probability: probabilities[predicted]!,
    entropyFraction: inferred.entropy[at]! / largestEntropy(config.loss, numClasses),
    width,
    height,
    thumbnail: await makeThumbnail(decoded),
  };
  return pairs.ofAll([index]).map((pair, rank) => {
    const row = inferred.offsets![at]! + rank;
    const box = boxesFromScoreMap(rowOf(inferred.scoreMaps!, mapWidth * mapHeight, row), map)[0]!;
    const trueBoxes = split.boxes?.[pair] ?? null;
    const scaled = trueBoxes?.map((one) => scaleBoxToMap(one, [width, height], [mapWidth, mapHeight]));
    const label = nameOf(split.labels[pair]!);
    const id = split.ids[index]!;
    return {
      imageId: split.labelOffsets === null ? id : `${id} (${label})`,
      label,
      ...ofImage,
      trueBoxes,
      rawMap: { data: rowOf(inferred.rawMaps!, rawWidth * rawHeight, row), width: rawWidth, height: rawHeight },
      box,
      iou: scaled === undefined ? null : bestIou(box, scaled),
    };
  });
}
