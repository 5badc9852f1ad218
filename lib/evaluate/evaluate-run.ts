import { join } from "node:path";
import type { Dataset } from "../data/dataset";
import type { ImageLoader } from "../data/images/loader";
import { isFile, writeFileAtomically } from "../files";
import { MODEL_OPTIONS, type ModelOptions } from "../localize/load-weights";
import { Localizer } from "../localize/localizer";
import { checkOptions, type OptionKeys } from "../options";
import type { Evaluation } from "../runs/evaluation";
import type { RunRecords } from "../runs/image-records";
import { writeRunRecords } from "../runs/records";
import { RUN_FILES } from "../runs/run-folder";
import { EVALUATE_OPTIONS, type EvaluateOptions, evaluateModel } from "./evaluate";

/** How the run's model is loaded, and how it is evaluated. */
export interface EvaluateRunOptions extends ModelOptions, EvaluateOptions {}

const KNOWN: OptionKeys<EvaluateRunOptions> = { ...MODEL_OPTIONS, ...EVALUATE_OPTIONS };

/**
 * Evaluates the model of a run folder and keeps the result there, in place of an earlier one: `evaluation.json`, and the
 * records of the single images, from which `compare` computes its intervals. Of a weights file nothing is kept.
 *
 * @param folder A run folder, or a weights file.
 * @param data An opened data set, or the folder of one.
 * @returns The evaluation, as `wsol evaluate --json` prints it
 * @throws ERR_WSOL_RUN_FOLDER, ERR_WSOL_CHECKPOINT, ERR_WSOL_WRITE, and what `evaluate` throws
 */
export async function evaluateRun(
  folder: string,
  data: Dataset | string,
  options: EvaluateRunOptions = {},
): Promise<Evaluation> {
  checkOptions(options, KNOWN);
  return evaluateRunWith(folder, data, options);
}

/** As {@link evaluateRun}, of checked options, with images that `loader` remembers for other evaluations. */
export async function evaluateRunWith(
  folder: string,
  data: Dataset | string,
  options: EvaluateRunOptions,
  loader?: ImageLoader,
): Promise<Evaluation> {
  const { checkpoint, device, precision, threads, scoreMap, ...evaluateOptions } = options;
  const model = await Localizer.load(folder, {
    ...(checkpoint !== undefined && { checkpoint }),
    ...(device !== undefined && { device }),
    ...(precision !== undefined && { precision }),
    ...(threads !== undefined && { threads }),
    ...(scoreMap !== undefined && { scoreMap }),
  });
  try {
    if (isFile(folder)) return await evaluateModel(model, data, evaluateOptions, { loader });
    let records: RunRecords | null = null;
    const onRecords = (kept: RunRecords) => {
      records = kept;
    };
    const evaluation = await evaluateModel(model, data, evaluateOptions, { loader, onRecords });
    // The records first: a kill in between leaves some that are seen to belong to no evaluation.
    await writeRunRecords(folder, records!, evaluation);
    await writeFileAtomically(join(folder, RUN_FILES.evaluation), `${JSON.stringify(evaluation, null, 2)}\n`);
    return evaluation;
  } finally {
    await model.close();
  }
}
