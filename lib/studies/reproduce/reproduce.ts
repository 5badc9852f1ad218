import { flatten, mergeConfig } from "../../config/flatten";
import { configOfRecipe, type Recipe, type RecipeName, recipeFor, recipeNamed } from "../../config/recipes";
import { resolveConfig } from "../../config/resolve";
import type { ConfigInput } from "../../config/schema";
import { Dataset } from "../../data/dataset";
import { shapeOf } from "../../data/shape";
import { invalidArgument, WsolError } from "../../errors";
import { checkOptions, type OptionKeys, warn } from "../../options";
import { Run } from "../../tasks/run";
import type { Experiment } from "../experiments/experiment";
import { type ExperimentName, experimentNamed } from "../experiments/experiments";
import { checkRunning, checkSeeds } from "../study/check-options";
import type { StudyEvent } from "../study/events";
import { countsOf, planOfData } from "../study/plan-of-data";
import { type RunStudyOptions, runStudy } from "../study/run-study";

import { QUICK, quickNote, quickSubset } from "./quick";
import { assembleReproduction, type Reproduction } from "./reproduction";
import { RunTimes } from "./run-times";

export interface ReproduceOptions extends Omit<RunStudyOptions, "data"> {
  /** How the data set is trained on. @default by its class count and the sizes of its splits; else `small` */
  readonly recipe?: RecipeName;
  /** Few small images and epochs: shows that it runs, in at most 15 s a run on two cores. @default false */
  readonly quick?: boolean;
  /** Each arm is run once with each. @default [0] */
  readonly seeds?: readonly number[];
  /** On top of the recipe; not the keys that the experiment varies. @default {} */
  readonly config?: ConfigInput;
  /** The split that finished runs are evaluated on. @default "test", or "val" where there is none */
  readonly split?: string;
}

const KNOWN: OptionKeys<ReproduceOptions> = {
  ...{ recipe: true, quick: true, seeds: true, config: true, split: true, out: true, jobs: true, devices: true },
  ...{ signal: true, onProgress: true, onWarning: true },
};

/**
 * Runs an experiment of the paper on a data set, with the recipe for it, as a study: arms x seeds in one folder, finished runs
 * kept. The result has the paper's figures beside ours; what is not known of them is null. It is a promise, and a stream of
 * events.
 *
 * @param name `main`, `regularizers`, `lambda` or `entropy`.
 * @param data An opened data set, or the folder of one.
 * @throws ERR_WSOL_ARGUMENT (no such experiment or recipe), ERR_WSOL_CONFIG (a key that the experiment varies; weights without
 *   their backbone), and what a study throws. A run that fails does not: it stands in `study.failures`.
 * @example await reproduce("entropy", "birds", { out: "entropy-of-birds", seeds: [0, 1, 2] })
 */
export function reproduce(
  name: ExperimentName,
  data: Dataset | string,
  options: ReproduceOptions,
): Run<StudyEvent, Reproduction> {
  return new Run(async (emit) => {
    const experiment = experimentNamed(name);
    checkOptions(options, KNOWN);
    const { recipe: recipeName, quick = false, seeds = [0], config: given = {}, split, ...running } = options;
    if (typeof quick !== "boolean") throw invalidArgument("quick", "true or false", quick);
    checkRunning(running);
    checkSeeds(seeds);
    refuseVaried(given, experiment, name);
    const whole = typeof data === "string" ? await Dataset.open(data) : data;
    const recipe = recipeName === undefined ? recipeFor(shapeOf(whole)) : recipeNamed(recipeName);
    const config = configOf(recipe, { quick, given });
    checkWeights(config, given, experiment);
    const { onWarning = warn } = running;
    if (recipe.startsFrom === "ImageNet weights" && (config.model?.weights ?? null) === null) {
      onWarning(
        `the recipe '${recipe.name}' starts from ImageNet weights; without model.weights=FILE its runs start from random ones`,
      );
    }
    const dataset = quick ? quickSubset(whole) : whole;
    const plan = planOfData(dataset, {
      split,
      config,
      seeds,
      arms: experiment.arms({ config, given, counts: countsOf(dataset) }),
      choosesStrength: experiment.choosesStrength,
    });
    const times = new RunTimes();
    const study = await runStudy(plan, { ...running, data: dataset }, (event) => {
      times.see(event);
      emit(event);
    });
    const notes = [...(quick ? [quickNote(resolveConfig(config))] : []), ...experiment.notes];
    const known = { experiment: name, recipe: recipe.name, isQuick: quick, seconds: times.seconds, notes };
    return assembleReproduction(experiment, study, known);
  });
}

/** What the user sets beats what makes runs quick, which beats the recipe. */
function configOf(recipe: Recipe, { quick, given }: { readonly quick: boolean; readonly given: ConfigInput }) {
  resolveConfig(given);
  const shrunk = mergeConfig(configOfRecipe(recipe), quick ? QUICK.config : {});
  return mergeConfig(shrunk, given);
}

function refuseVaried(given: ConfigInput, { varies }: Experiment, name: ExperimentName): void {
  const set = flatten(given);
  const key = ["seed", ...varies].find((varied) => set.has(varied));
  if (key === undefined) return;
  throw new WsolError("ERR_WSOL_CONFIG", `'${key}' cannot be set: the experiment '${name}' varies it`, {
    details: { key, experiment: name },
    fix: key === "seed" ? "Pass the seeds as `seeds`." : "Leave it out, or use `sweep` with values of your own.",
  });
}

/** A file of weights is of one backbone. */
function checkWeights({ model }: ConfigInput, given: ConfigInput, experiment: Experiment): void {
  const isChosen = given.model?.backbone !== undefined;
  if ((model?.weights ?? null) === null || isChosen || !experiment.comparesBackbones) return;
  throw new WsolError("ERR_WSOL_CONFIG", "expected 'model.backbone' beside 'model.weights', got all of the paper's", {
    details: { key: "model.backbone" },
    fix: "Set model.backbone to that of the weights, and run the other in another folder.",
  });
}
