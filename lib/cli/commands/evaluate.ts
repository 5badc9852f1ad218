import type { Command } from "commander";
import { WsolError } from "../../errors";
import { type EvaluateOptions, evaluate } from "../../evaluate/evaluate";
import { evaluateScoreMaps } from "../../evaluate/score-maps/evaluate-score-maps";
import { renderEvaluation } from "../../evaluate/table";
import { writeFileAtomically } from "../../files";
import { Localizer } from "../../localize/localizer";
import type { Evaluation } from "../../runs/evaluation";
import { type Checkpoint, RUN_FILES } from "../../runs/run-folder";
import { interruptible } from "../interruption";
import { fraction, printJson, wholeNumber } from "../options";
import { ProgressBar } from "../progress-bar";

interface EvaluateArguments {
  readonly run?: string;
  readonly scoremaps?: string;
  readonly data: string;
  readonly split: string;
  readonly step?: number;
  readonly sigma?: number;
  readonly checkpoint: Checkpoint;
  readonly device?: string;
  readonly saveScoremaps?: string;
  readonly masks?: string;
  readonly perImage?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("evaluate")
    .description("Evaluate a run, or score maps made by any tool (then no LibTorch is needed).")
    .requiredOption("--data <dir>", "data set in the wsol layout")
    .option("--run <dir>", "run folder of wsol train")
    .option("--scoremaps <dir>", "folder of <image id>.npy files")
    .option("--split <name>", "train, val or test", "test")
    .option("--step <s>", "step of the threshold grid (default: 0.001, or the run's)", fraction)
    .option("--sigma <t>", "fixed threshold to report beside the best (default: 0.15, or the run's)", fraction)
    .option("--checkpoint <name>", "last or best", checkpoint, "last")
    .option("--device <name>", "auto, cpu or cuda:N")
    .option("--save-scoremaps <dir>", "write the score maps as .npy (with --run)")
    .option("--masks <dir>", "folder of the mask files (default: DATA/masks)")
    .option("--per-image <file>", "write one JSON line per image")
    .option("--workers <n>", "CPU threads of the metrics", wholeNumber(1))
    .option("--json", "print the evaluation as JSON")
    .action(run);
}

async function run(args: EvaluateArguments): Promise<void> {
  if ((args.run === undefined) === (args.scoremaps === undefined)) {
    throw new WsolError("ERR_WSOL_USAGE", "expected either '--run' or '--scoremaps'");
  }
  const bar = new ProgressBar({ label: "evaluating", unit: "img" });
  const evaluation = await interruptible("stopping", async (signal) => {
    let before = 0;
    const onProgress = (done: number, total: number) => {
      bar.update(done, total, done - before);
      before = done;
    };
    try {
      const { step, sigma, split } = args;
      const common = {
        split,
        signal,
        onProgress,
        onWarning: (message: string) => bar.log(`warning: ${message}`),
        ...(step !== undefined && { step }),
        ...(sigma !== undefined && { sigma }),
        ...(args.masks !== undefined && { masksDir: args.masks }),
        ...(args.perImage !== undefined && { perImagePath: args.perImage }),
        ...(args.workers !== undefined && { workers: args.workers }),
      };
      if (args.scoremaps !== undefined) return await evaluateScoreMaps(args.scoremaps, args.data, common);
      return await evaluateRun(args.run!, args, common);
    } finally {
      bar.stop();
    }
  });
  if (args.json) printJson(evaluation);
  else console.log(renderEvaluation(evaluation));
}

async function evaluateRun(runFolder: string, args: EvaluateArguments, options: EvaluateOptions): Promise<Evaluation> {
  const model = await Localizer.load(runFolder, {
    checkpoint: args.checkpoint,
    ...(args.device !== undefined && { device: args.device }),
  });
  try {
    const evaluation = await evaluate(model, args.data, {
      ...options,
      ...(args.saveScoremaps !== undefined && { scoreMapsDir: args.saveScoremaps }),
    });
    await writeFileAtomically(`${runFolder}/${RUN_FILES.evaluation}`, `${JSON.stringify(evaluation, null, 2)}\n`);
    return evaluation;
  } finally {
    await model.close();
  }
}

function checkpoint(name: string): Checkpoint {
  if (name === "last" || name === "best") return name;
  throw new WsolError("ERR_WSOL_USAGE", `expected last or best for '--checkpoint', got '${name}'`);
}
