import type { Command } from "commander";
import { generateDataset, SYNTH_DEFAULTS, type SynthOptions } from "../../data/synth/generate";
import { counted } from "../../words";
import { interruptible } from "../interruption";
import { wholeNumber } from "../options";
import { ProgressBar } from "../progress-bar";

type SynthArguments = Omit<SynthOptions, "onProgress" | "signal">;

export function register(program: Command): void {
  const { classes, train, val, test, size, seed } = SYNTH_DEFAULTS;
  program
    .command("synth")
    .description("Generate a small data set: fish told apart by a badge, with exact boxes and masks.")
    .argument("<out>", "folder to write to, new or empty")
    .option("--classes <n>", "classes", wholeNumber(2), classes)
    .option("--train <n>", "training images", wholeNumber(1), train)
    .option("--val <n>", "validation images; 0: no val split", wholeNumber(0), val)
    .option("--test <n>", "test images; 0: no test split", wholeNumber(0), test)
    .option("--size <px>", "side of the images in pixels", wholeNumber(32), size)
    .option("--seed <s>", "the same seed gives the same bytes", wholeNumber(0), seed)
    .option("--force", "replace a generated data set that is in the folder")
    .action(run);
}

async function run(out: string, args: SynthArguments): Promise<void> {
  const bar = new ProgressBar({ label: "drawing", unit: "img" });
  try {
    await interruptible("stopping", (signal) =>
      generateDataset(out, { ...args, signal, onProgress: (done, total) => bar.update(done, total, 1) }),
    );
  } finally {
    bar.stop();
  }
  console.error(
    `wrote ${args.train} train, ${args.val} val and ${counted(args.test ?? SYNTH_DEFAULTS.test, "test image")} to ${out}`,
  );
}
