import type { Command } from "commander";
import { WsolError } from "../../errors";
import { type CompareOptions, compare } from "../../studies/compare/compare";
import { sideOf } from "../../studies/compare/compared-runs";
import { renderComparison } from "../../studies/compare/table";
import { interruptible } from "../interruption";
import { fraction, printJson, refuseIdle, wholeNumber } from "../options";
import { ProgressBar } from "../progress-bar";

interface CompareArguments {
  readonly scoremaps?: boolean;
  readonly data?: string;
  readonly split?: string;
  readonly step?: number;
  readonly masks?: string;
  readonly resamples?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("compare")
    .description("Whether B beats A in localization and classification, with intervals (needs no LibTorch).")
    .argument("<a>", "run folder that wsol evaluate evaluated; several, such as seeds, with commas")
    .argument("<b>", "the same of the other side")
    .option("--scoremaps", "A and B are folders of <image id>.npy files (with --data)")
    .option("--data <dir>", "data set in the wsol layout (with --scoremaps)")
    .option("--split <name>", "train, val or test (with --scoremaps; default: test)")
    .option("--step <s>", "step of the threshold grid (with --scoremaps; default: 0.001)", fraction)
    .option("--masks <dir>", "folder of the mask files (with --scoremaps; default: DATA/masks)")
    .option("--resamples <n>", "how often the images are drawn anew (default: 10000)", wholeNumber(1))
    .option("--seed <n>", "of the draws (default: 0)", wholeNumber(0))
    .option("--workers <n>", "CPU threads", wholeNumber(1))
    .option("--json", "print the comparison as JSON")
    .action(run);
}

async function run(a: string, b: string, args: CompareArguments): Promise<void> {
  if (args.scoremaps && args.data === undefined) {
    throw new WsolError("ERR_WSOL_USAGE", "expected '--data' with '--scoremaps'");
  }
  if (!args.scoremaps) {
    const given = { "--data": args.data, "--split": args.split, "--step": args.step, "--masks": args.masks };
    refuseIdle(given, "without '--scoremaps'");
  }
  const bar = new ProgressBar({ label: "comparing", unit: "" });
  const comparison = await interruptible("stopping", async (signal) => {
    try {
      const running = compare(sideOf(a), sideOf(b), { ...optionsOf(args), signal });
      let before = 0;
      for await (const { done, total } of running) {
        bar.update(done, total, Math.max(0, done - before));
        before = done;
      }
      return await running;
    } finally {
      bar.stop();
    }
  });
  if (args.json) printJson(comparison);
  else console.log(renderComparison(comparison));
}

function optionsOf({ scoremaps, masks, json: _, ...options }: CompareArguments): CompareOptions {
  return {
    ...options,
    ...(scoremaps !== undefined && { scoreMaps: scoremaps }),
    ...(masks !== undefined && { masksDir: masks }),
  };
}
