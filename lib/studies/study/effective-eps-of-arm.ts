import type { Dataset } from "../../data/dataset";
import { effectiveEpsOfRun } from "../../losses/effective-eps";
import { configOfArm, type StudyArm, type StudyPlan } from "./plan";

/** The label smoothing that an arm's entropy term amounts to; null for other regularizers. */
export function effectiveEpsOfArm(plan: Pick<StudyPlan, "config">, arm: StudyArm, dataset: Dataset): number | null {
  const config = configOfArm(plan.config, arm);
  const classes = config.model.numClasses ?? dataset.numClasses;
  return effectiveEpsOfRun(config, classes, dataset.split("train").ids.length);
}
