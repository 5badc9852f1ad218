import { resolve } from "node:path";
import type { Dataset } from "../../data/dataset";
import { version } from "../../version";
import type { StudyPlan } from "./plan";

interface PlanParts extends Omit<StudyPlan, "package" | "data" | "split"> {
  /** @default "test", or "val" where there is none */
  readonly split: string | undefined;
}

/** The plan of a study on a data set. @throws ERR_WSOL_DATA where there is no such split, or neither `test` nor `val` */
export function planOfData(dataset: Dataset, { split, ...parts }: PlanParts): StudyPlan {
  const evaluated = dataset.split(split ?? (dataset.has("test") ? "test" : "val")).name;
  return { package: version, data: resolve(dataset.root), split: evaluated, ...parts };
}

/** What the strength of a loss term depends on. */
export function countsOf(dataset: Dataset): { readonly numClasses: number; readonly trainImages: number } {
  return { numClasses: dataset.numClasses, trainImages: dataset.split("train").ids.length };
}
