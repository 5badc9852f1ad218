import { flatten, mergeConfig } from "../../config/flatten";
import { presetConfig, presetMisfit, weightsOf } from "../../config/presets";
import { type RecipeName, recipeNamed } from "../../config/recipes";
import type { ConfigInput } from "../../config/schema";
import { Dataset } from "../../data/dataset";
import { shapeOf } from "../../data/shape";
import { invalidArgument, WsolError } from "../../errors";
import { checkOptions, type OptionKeys, warn } from "../../options";
import { Run } from "../../tasks/run";
import { checkRunning, checkSeeds } from "../study/check-options";
import type { StudyEvent } from "../study/events";
import type { StudyArm } from "../study/plan";
import { countsOf, planOfData } from "../study/plan-of-data";
import type { StudyResult } from "../study/result";
import { type RunStudyOptions, runStudy } from "../study/run-study";
import { choosesStrength, sweepArms } from "./arms";
import type { Vary } from "./vary";

export interface SweepOptions extends Omit<RunStudyOptions, "data"> {
  /**
   * The keys to vary with their values; several give all combinations. `eps` stands for the `loss.lambda` that amounts to it,
   * as a list or as `{ from, to, count }`.
   */
  readonly vary: Vary;
  /** Each arm is run once with each. @default [0] */
  readonly seeds?: readonly number[];
  /** The recipe that all runs start from; what `config` and `vary` set beats it. @default none */
  readonly preset?: RecipeName;
  /** What all runs share. @default {} */
  readonly config?: ConfigInput;
  /** The split that finished runs are evaluated on. @default "test", or "val" where there is none */
  readonly split?: string;
}

const KNOWN: OptionKeys<SweepOptions> = {
  ...{ vary: true, preset: true, seeds: true, config: true, split: true, out: true, jobs: true, devices: true },
  ...{ signal: true, onProgress: true, onWarning: true },
};

/**
 * Trains and evaluates a network for every combination of settings and every seed, and finds the sweet spot: the strength of
 * the loss term that localizes best on `val` without being worse at classification than the baseline. The result is a
 * promise, and a stream of events. In the same folder finished runs are not repeated, and interrupted ones go on.
 *
 * @param data An opened data set, or the folder of one.
 * @throws ERR_WSOL_CONFIG (a key that does not exist, no baseline, a combination that the schema refuses), ERR_WSOL_ARGUMENT,
 *   and what {@link runStudy} throws. A run that fails does not: it stands in `failures`.
 * @example await sweep("birds", { out: "study", vary: { eps: { from: 0, to: 0.8, count: 9 } }, seeds: [0, 1, 2] })
 */
export function sweep(data: Dataset | string, options: SweepOptions): Run<StudyEvent, StudyResult> {
  return new Run(async (emit) => {
    checkOptions(options, KNOWN);
    const { vary, preset, seeds = [0], config: given = {}, split, ...running } = options;
    checkRunning(running);
    checkSeeds(seeds);
    if (typeof vary !== "object" || vary === null || Array.isArray(vary)) {
      throw invalidArgument("vary", "an object of keys with their values", vary);
    }
    refuseSeed(given);
    const config = preset === undefined ? given : presetConfig(preset, sharedBy(vary, given));
    const dataset = typeof data === "string" ? await Dataset.open(data) : data;
    const misfit = preset === undefined ? null : presetMisfit(preset, shapeOf(dataset));
    if (misfit !== null) (running.onWarning ?? warn)(misfit);
    // A preset's weights are those of the arm's backbone, which is known only with the arms.
    const withoutWeights = preset !== undefined && given.model?.weights === undefined;
    const checked = withoutWeights ? mergeConfig(config, { model: { weights: null } }) : config;
    const arms = sweepArms(checked, vary, countsOf(dataset));
    const plan = planOfData(dataset, {
      split,
      config,
      seeds,
      arms: preset === undefined ? arms : arms.map((arm) => withItsWeights(arm, preset, given)),
      choosesStrength: choosesStrength(vary),
    });
    return runStudy(plan, { ...running, data: dataset }, emit);
  });
}

/** Where arms have backbones of their own, no weights are for all of them. */
function sharedBy(vary: Vary, given: ConfigInput): ConfigInput {
  const isOpen = Object.hasOwn(vary, "model.backbone") && given.model?.weights === undefined;
  return isOpen ? mergeConfig(given, { model: { weights: null } }) : given;
}

/** An arm with a backbone of its own starts from that one's weights. */
function withItsWeights(arm: StudyArm, preset: RecipeName, { model }: ConfigInput): StudyArm {
  const backbone = arm.settings["model.backbone"];
  const isGiven = model?.weights !== undefined || Object.hasOwn(arm.settings, "model.weights");
  if (backbone === undefined || isGiven) return arm;
  const weights = weightsOf(recipeNamed(preset), String(backbone));
  return weights === null ? arm : { ...arm, settings: { ...arm.settings, "model.weights": weights } };
}

function refuseSeed(config: ConfigInput): void {
  if (!flatten(config).has("seed")) return;
  throw new WsolError("ERR_WSOL_CONFIG", "'seed' cannot be set for all runs of a study", {
    details: { key: "seed" },
    fix: "Pass the seeds as `seeds`.",
  });
}
