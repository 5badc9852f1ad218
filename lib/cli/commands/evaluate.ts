import { type Command, Option } from "commander";
import { resolveConfig } from "../../config/resolve";
import type { Config } from "../../config/schema";
import { WsolError } from "../../errors";
import { type EvaluateRunOptions, evaluateRun } from "../../evaluate/evaluate-run";
import { evaluateScoreMaps } from "../../evaluate/score-maps/evaluate-score-maps";
import { renderEvaluation } from "../../evaluate/table";
import { isFile } from "../../files";
import type { LoadOptions } from "../../localize/load-weights";
import type { Checkpoint } from "../../runs/run-folder";
import { interruptible } from "../interruption";
import { checkpoint, collect, fraction, printJson, refuseIdle, settingsOfSections, wholeNumber } from "../options";
import { ProgressBar } from "../progress-bar";

interface EvaluateArguments {
  readonly run?: string;
  readonly scoremaps?: string;
  readonly data: string;
  readonly split: string;
  readonly step?: number;
  readonly sigma?: number;
  readonly set?: readonly string[];
  readonly checkpoint?: Checkpoint;
  readonly device?: string;
  readonly saveScoremaps?: string;
  readonly masks?: string;
  readonly perImage?: string;
  readonly workers?: number;
  readonly onBadImage?: Config["data"]["onBadImage"];
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("evaluate")
    .description("Evaluate a run, or score maps made by any tool (then no LibTorch is needed).")
    .requiredOption("--data <dir>", "data set in the wsol layout")
    .option("--run <dir>", "run folder of wsol train, or a weights file")
    .option("--scoremaps <dir>", "folder of <image id>.npy files (of a multi-label set <image id>.<class>.npy)")
    .option("--split <name>", "train, val or test", "test")
    .option("--step <s>", "step of the threshold grid (default: 0.001, or the run's)", fraction)
    .option("--sigma <t>", "fixed threshold to report beside the best (default: 0.15, or the run's)", fraction)
    .option("--set <key=value>", "a key of scoreMap or evaluation; may be repeated (default: the run's)", collect)
    .option("--checkpoint <name>", "last or best (default: last)", checkpoint)
    .option("--device <name>", "auto, cpu or cuda:N (default: auto)")
    .option("--save-scoremaps <dir>", "write the score maps as .npy (with --run)")
    .option("--masks <dir>", "folder of the mask files (default: DATA/masks)")
    .option("--per-image <file>", "write one JSON line per image")
    .option("--workers <n>", "CPU threads of the metrics", wholeNumber(1))
    .addOption(
      new Option(
        "--on-bad-image <what>",
        "stop at an image that cannot be used, or skip it (default: the run's)",
      ).choices(["stop", "skip"]),
    )
    .option("--json", "print the evaluation as JSON")
    .action(run);
}

async function run(args: EvaluateArguments): Promise<void> {
  if ((args.run === undefined) === (args.scoremaps === undefined)) {
    throw new WsolError("ERR_WSOL_USAGE", "expected either '--run' or '--scoremaps'");
  }
  if (args.scoremaps !== undefined) refuseNetworkOptions(args);
  const bar = new ProgressBar({ label: "evaluating", unit: "img" });
  const evaluation = await interruptible("stopping", async (signal) => {
    let before = 0;
    const onProgress = (done: number, total: number) => {
      bar.update(done, total, done - before);
      before = done;
    };
    try {
      const { scoreMap, step, sigma } = chosenSettings(args);
      const common = {
        split: args.split,
        signal,
        onProgress,
        ...(step !== undefined && { step }),
        ...(sigma !== undefined && { sigma }),
        ...(args.masks !== undefined && { masksDir: args.masks }),
        ...(args.perImage !== undefined && { perImagePath: args.perImage }),
        ...(args.workers !== undefined && { workers: args.workers }),
      };
      const onWarning = (message: string) => bar.log(`warning: ${message}`);
      if (args.scoremaps === undefined) {
        return await evaluateRun(args.run!, args.data, {
          ...common,
          onWarning,
          ...modelOptions(args),
          ...(scoreMap && { scoreMap }),
        });
      }
      return await evaluateScoreMaps(args.scoremaps, args.data, { ...common, onWarning });
    } finally {
      bar.stop();
    }
  });
  if (args.json) printJson(evaluation);
  else console.log(renderEvaluation(evaluation));
}

/** Score maps come without a network. */
function refuseNetworkOptions(args: EvaluateArguments): void {
  const given = {
    "--set": args.set,
    "--checkpoint": args.checkpoint,
    "--device": args.device,
    "--save-scoremaps": args.saveScoremaps,
    "--on-bad-image": args.onBadImage,
  };
  refuseIdle(given, "with '--scoremaps'");
}

interface ChosenSettings {
  readonly scoreMap: LoadOptions["scoreMap"];
  readonly step: number | undefined;
  readonly sigma: number | undefined;
}

/** `--step` and `--sigma` are short for `--set evaluation.step` and `evaluation.sigma`. */
function chosenSettings({ set = [], step, sigma }: EvaluateArguments): ChosenSettings {
  const { scoreMap, evaluation = {} } = settingsOfSections(set, ["scoreMap", "evaluation"]);
  // Refuses unknown keys and values out of range; the score map is checked with what the run says of it.
  resolveConfig({ evaluation });
  const { step: stepSet, sigma: sigmaSet } = evaluation as Partial<Config["evaluation"]>;
  if (stepSet !== undefined) refuseIdle({ "--step": step }, "with '--set evaluation.step'");
  if (sigmaSet !== undefined) refuseIdle({ "--sigma": sigma }, "with '--set evaluation.sigma'");
  return { scoreMap, step: step ?? stepSet, sigma: sigma ?? sigmaSet };
}

/** What concerns the network alone. */
function modelOptions({ run, checkpoint, device, saveScoremaps, onBadImage }: EvaluateArguments): EvaluateRunOptions {
  if (isFile(run!)) refuseIdle({ "--checkpoint": checkpoint }, "on a weights file");
  return {
    ...(checkpoint !== undefined && { checkpoint }),
    ...(device !== undefined && { device }),
    ...(saveScoremaps !== undefined && { scoreMapsDir: saveScoremaps }),
    ...(onBadImage !== undefined && { onBadImage }),
  };
}
