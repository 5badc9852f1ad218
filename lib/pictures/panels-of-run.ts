import type { Config } from "../config/schema";
import { Dataset } from "../data/dataset";
import { isBadImage } from "../data/images/bad-image";
import { checkSize } from "../data/images/check-size";
import { type DecodedImage, decodeImage } from "../data/images/decode";
import { Pairs } from "../data/pairs";
import type { Split } from "../data/split";
import type { ImageInput } from "../localize/image-input";
import { Localizer } from "../localize/localizer";
import { bestIou } from "../metrics/iou";
import type { Checkpoint } from "../runs/run-folder";
import { renderFeatureSheet } from "./feature-sheet";
import { renderPanels } from "./panel";
import { spread } from "./spread";

/** One image of a run's page of pictures. */
export interface Panel {
  readonly imageId: string;
  /** The true class, or all of several. */
  readonly label: string;
  readonly predicted: string;
  readonly probability: number;
  /** Of the predicted class's box with the nearest true box, of that class where it has one; null without true boxes. */
  readonly iou: number | null;
  readonly png: Uint8Array;
  /** The mean feature map of every stage, as a PNG, where it was asked for. */
  readonly stages?: Uint8Array;
}

export interface PanelsOptions {
  /** The data set's folder. */
  readonly data: string;
  /** @default "test", else the last split there is */
  readonly split?: string;
  /** Which weights. @default "last" */
  readonly checkpoint?: Checkpoint;
  /** How score maps are made. @default as trained */
  readonly scoreMap?: Config["scoreMap"];
  /** How many, spread over the split: the same images for every run. */
  readonly images: number;
  /** Whether panels come with the mean feature map of every stage. @default false */
  readonly stages?: boolean;
}

/** Localizes some images of a split with a run's model and draws the panels. */
export async function panelsOfRun(
  runFolder: string,
  { data, split: name, images, checkpoint = "last", scoreMap, stages = false }: PanelsOptions,
): Promise<Panel[]> {
  const dataset = await Dataset.open(data);
  const split = dataset.split(name ?? (dataset.has("test") ? "test" : dataset.splits.at(-1)!));
  const model = await Localizer.load(runFolder, { checkpoint, ...(scoreMap !== undefined && { scoreMap }) });
  try {
    const indices = spread(images, split.ids.length);
    const panels: Panel[] = [];
    for (const index of indices) {
      const panel = await panelOf({ model, classes: dataset.classes, split, index, stages }).catch((error) => {
        if (model.config.data.onBadImage === "skip" && isBadImage(error)) return null;
        throw error;
      });
      if (panel !== null) panels.push(panel);
    }
    return panels;
  } finally {
    await model.close();
  }
}

interface PanelRequest extends Pick<PanelsOptions, "stages"> {
  readonly model: Localizer;
  readonly classes: readonly string[] | null;
  readonly split: Split;
  readonly index: number;
}

async function panelOf({ model, classes, split, index, stages }: PanelRequest): Promise<Panel> {
  // As the data set's boxes were drawn: without the EXIF orientation.
  const image = await decodeImage(split.imagePath(index), { cmyk: model.config.data.cmyk, applyOrientation: false });
  await checkSize(split, index, [image.width, image.height]);
  const pixels = { ...image, channels: 3 } as const;
  const [found] = await model.localize(pixels, { topK: 1 });
  const { box, probability, scoreMap } = found!;
  const pairs = new Pairs(split);
  const { begin, end } = pairs.of(index);
  const truth = split.boxes?.slice(begin, end).flat() ?? null;
  const own = begin + pairs.labelsOf(index).indexOf(found!.label);
  const compared = own < begin ? truth : (split.boxes?.[own] ?? null);
  const nameOf = (label: number) => classes?.[label] ?? `class ${label}`;
  return {
    imageId: split.ids[index]!,
    label: Array.from(pairs.labelsOf(index), nameOf).join(", "),
    predicted: nameOf(found!.label),
    probability,
    iou: compared === null ? null : bestIou(box, compared),
    png: await renderPanels({
      image,
      scoreMap: scoreMap.data,
      mapWidth: scoreMap.width,
      mapHeight: scoreMap.height,
      predicted: box,
      truth,
    }),
    ...(stages && { stages: await sheetOfStages(model, image, pixels) }),
  };
}

/** Without a title: the report names run and prediction beside it. */
async function sheetOfStages(model: Localizer, image: DecodedImage, pixels: ImageInput): Promise<Uint8Array> {
  const block = { title: "", stages: await model.features(pixels) };
  return renderFeatureSheet({ image, blocks: [block], channels: 0 });
}
