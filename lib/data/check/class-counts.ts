import { counted } from "../../words";
import type { Dataset } from "../dataset";
import { Pairs } from "../pairs";
import type { Split, SplitName } from "../split";
import type { Findings } from "./findings";

/** How many images of each split a class has. */
export interface ClassCounts {
  readonly label: number;
  /** Null where the data set names none. */
  readonly name: string | null;
  /** Of the splits that are there. */
  readonly images: Readonly<Partial<Record<SplitName, number>>>;
}

/** The classes of an image; none where its label was refused. */
export function labelsOf(split: Split, index: number): readonly number[] {
  return [...new Pairs(split).labelsOf(index)].filter((label) => label >= 0);
}

/** An image counts for each of its classes. */
export function countClasses(dataset: Dataset): ClassCounts[] {
  const counts = dataset.splits.map((name) => {
    const split = dataset.split(name);
    const images = new Float64Array(dataset.numClasses);
    for (const index of split.ids.keys()) for (const label of labelsOf(split, index)) images[label]! += 1;
    return [name, images] as const;
  });
  return Array.from({ length: dataset.numClasses }, (_, label) => ({
    label,
    name: dataset.classes?.[label] ?? null,
    images: Object.fromEntries(counts.map(([name, images]) => [name, images[label]!])),
  }));
}

/** Notes classes that cannot be learnt, and why no run could begin. */
export function checkClasses(dataset: Dataset, classes: readonly ClassCounts[], findings: Findings): void {
  const cannot = (detail: string) => findings.add("no-training", { split: null, image: null, detail });
  if (dataset.numClasses < 2) cannot(`expected at least 2 classes, got ${dataset.numClasses}`);
  if (!dataset.has("train")) {
    cannot("there is no train split");
    return;
  }
  const { length } = dataset.split("train").ids;
  if (length < 2) cannot(`expected at least 2 training images, got ${length}`);
  for (const { label, name, images } of classes) {
    if ((images.train ?? 0) > 0) continue;
    const others = Object.entries(images).filter(([, count]) => count > 0);
    const where = others.map(([split, count]) => `${counted(count, "image")} in ${split}`).join(", ");
    const detail = `class ${label}${name === null ? "" : ` '${name}'`}: ${where === "" ? "no image in any split" : where}`;
    findings.add("class-untrained", { split: null, image: null, detail });
  }
}
