import { createHash } from "node:crypto";
import { counted } from "../words";
import type { Dataset } from "./dataset";
import { Pairs } from "./pairs";
import type { Split, SplitName } from "./split";

export interface LabelsFingerprint {
  readonly images: number;
  /** Over the ids and labels in their order, in hexadecimal digits. */
  readonly sha256: string;
}

/** What a training run depends on beside the pixels: which images, in which order, of which classes. */
export interface DatasetFingerprint {
  readonly numClasses: number;
  readonly splits: Readonly<Partial<Record<SplitName, LabelsFingerprint>>>;
}

/** The fingerprint of the ids and labels of some splits; one that the data set lacks is left out. */
export function datasetFingerprint(dataset: Dataset, splits: readonly SplitName[]): DatasetFingerprint {
  const present = splits.filter((name) => dataset.has(name));
  return {
    numClasses: dataset.numClasses,
    splits: Object.fromEntries(present.map((name) => [name, fingerprintOf(dataset.split(name))])),
  };
}

/** The first difference in words, to follow the name of the data set; null if there is none. */
export function describeDifference(now: DatasetFingerprint, then: DatasetFingerprint): string | null {
  if (now.numClasses !== then.numClasses)
    return `it has ${now.numClasses} classes, the run began with ${then.numClasses}`;
  const names = new Set([...Object.keys(then.splits), ...Object.keys(now.splits)] as SplitName[]);
  for (const name of names) {
    const [before, after] = [then.splits[name], now.splits[name]];
    if (before === undefined) return `it has a split ${name}, the run began without one`;
    if (after === undefined) return `it has no split ${name}, the run began with one`;
    if (before.images !== after.images) {
      return `${name} has ${counted(after.images, "image")}, the run began with ${before.images}`;
    }
    if (before.sha256 !== after.sha256)
      return `the ids, labels or order of ${name} are not those that the run began with`;
  }
  return null;
}

export function isDatasetFingerprint(value: unknown): value is DatasetFingerprint {
  const { numClasses, splits } = (value ?? {}) as Partial<DatasetFingerprint>;
  const isSplit = (split: Partial<LabelsFingerprint> | null) =>
    Number.isSafeInteger(split?.images) && typeof split?.sha256 === "string";
  return (
    Number.isSafeInteger(numClasses) &&
    typeof splits === "object" &&
    splits !== null &&
    Object.values(splits).every(isSplit)
  );
}

function fingerprintOf(split: Split): LabelsFingerprint {
  const { ids } = split;
  const pairs = new Pairs(split);
  const hash = createHash("sha256");
  // Ids hold no line break: each stands on a line of its file.
  ids.forEach((id, index) => {
    hash.update(`${id}\n${pairs.labelsOf(index).join(";")}\n`);
  });
  return { images: ids.length, sha256: hash.digest("hex") };
}
