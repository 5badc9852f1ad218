import type { ConfigInput } from "../../config/schema";
import type { StudyArm } from "../study/plan";
import type { DataCounts } from "../sweep/arms";
import type { PublishedPair } from "./published";

/** What the arms of an experiment follow from. */
export interface ExperimentSetting {
  /** What all runs share: the recipe with what the user set. */
  readonly config: ConfigInput;
  /** What the user set alone. */
  readonly given: ConfigInput;
  readonly counts: DataCounts;
}

/** An experiment of the paper: a row of {@link EXPERIMENTS}. */
export interface Experiment {
  /** What is compared, as a heading. */
  readonly title: string;
  /** The keys that its arms set, so that nobody else may. */
  readonly varies: readonly string[];
  /** Whether its arms have backbones of their own, unless one is set. */
  readonly comparesBackbones: boolean;
  /** Whether its arms are strengths of the loss term, one of which is to be chosen. */
  readonly choosesStrength: boolean;
  /** Whether the figures are read as a curve over the entropy of the predictions. */
  readonly isCurve: boolean;
  /** What the paper reports; null where no number is known. */
  readonly published: PublishedPair | null;
  /** Sentences to read its figures with. */
  readonly notes: readonly string[];
  readonly arms: (setting: ExperimentSetting) => readonly StudyArm[];
}
