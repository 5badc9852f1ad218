import { type Command, Option } from "commander";
import { describeConfig } from "../../config/describe";
import type { RecipeName } from "../../config/recipes";
import { applySettings, readConfigFile } from "../../config/resolve";
import { launchOf } from "../../distributed/launch";
import type { EpochEvent, FitEvent, InitialWeights } from "../../runs/events";
import { fit } from "../../train/fit";
import type { FitOptions } from "../../train/options";
import { counted } from "../../words";
import { DownloadBar } from "../download-bar";
import { interruptible } from "../interruption";
import { collect, printJson } from "../options";
import { percent } from "../percent";
import { presetOption } from "../preset";
import { ProgressBar } from "../progress-bar";

interface TrainOptions {
  readonly data: string;
  readonly out: string;
  readonly preset?: RecipeName;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("train")
    .description("Train a network on image labels, with the entropy term or any other regularizer.")
    .requiredOption("--data <dir>", "data set in the wsol layout")
    .option("--out <dir>", "run folder", "runs/latest")
    .addOption(presetOption())
    .option("--config <file>", "configuration, YAML or JSON")
    .option("--set <key=value>", "one configuration key; may be repeated", collect)
    .option("--resume", "continue the run in --out")
    .addOption(new Option("--force", "replace the run in --out").conflicts("resume"))
    .option("--json", "print the result as JSON")
    .addHelpText("after", configurationHelp)
    .action(train);
}

/** Each key with its default, its values and its sentence. */
function configurationHelp(): string {
  const entries = describeConfig().map(({ key, default: value, values, description }) => {
    return `  ${key}=${value}  (${values.replaceAll("`", "")})\n      ${description}`;
  });
  return ["", "Configuration keys, as --set takes them, each with its default and what it may be:", ...entries].join(
    "\n",
  );
}

async function train(options: TrainOptions): Promise<void> {
  const file = options.config === undefined ? {} : await readConfigFile(options.config);
  const config = { ...applySettings(file, options.set ?? []), out: options.out };
  // A launcher that is gone can stop this process no more.
  process.channel?.unref();
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  // Of several processes the first tells what all do.
  const isFirst = (launchOf()?.rank ?? 0) === 0;
  const result = await interruptible(isFirst ? "finishing the step and saving" : null, async (signal) => {
    const bar = new ProgressBar({ label: "training", unit: "img" });
    const validation = new ValidationBar();
    const download = new DownloadBar();
    try {
      const run = fit(options.data, config, {
        signal,
        ...(options.preset !== undefined && { preset: options.preset }),
        resume: options.resume ?? false,
        force: options.force ?? false,
        onWarning: (message) => bar.log(`warning: ${message}`),
        ...(isFirst && progressOf(bar, validation)),
        onDownload: (done, total) => {
          download.update(done, total);
          if (done === total) download.stop();
        },
      });
      for await (const event of run) {
        const line = describeEvent(event);
        if (line !== null && isFirst) bar.log(line);
      }
      return await run;
    } finally {
      download.stop();
      validation.stop();
      bar.stop();
    }
  });
  if (!isFirst) return;
  if (options.json) printJson(result);
  else console.log(result.out);
}

function progressOf(bar: ProgressBar, validation: ValidationBar): Pick<FitOptions, "onStep" | "onValidation"> {
  return {
    onStep: ({ epoch, epochs, step, stepsPerEpoch, images, loss }) => {
      const done = (epoch - 1) * stepsPerEpoch + step;
      bar.update(done, epochs * stepsPerEpoch, images, `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}`);
    },
    onValidation: ({ epoch, done, total }) => {
      bar.stop();
      validation.update(epoch, done, total);
    },
  };
}

/** The bar of one epoch's validation after the other; each is gone when its last image is done. */
class ValidationBar {
  #bar: ProgressBar | null = null;
  #before = 0;

  update(epoch: number, done: number, total: number): void {
    this.#bar ??= new ProgressBar({ label: "validating", unit: "img" });
    this.#bar.update(done, total, done - this.#before, `epoch ${epoch}`);
    this.#before = done;
    if (done >= total) this.stop();
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = null;
    this.#before = 0;
  }
}

/** An event as a line; null for those that a warning tells of. */
function describeEvent(event: FitEvent): string | null {
  switch (event.type) {
    case "start": {
      const resumed = event.resumedAt > 0 ? `, resumed at step ${event.resumedAt}` : "";
      const amounts = [counted(event.images, "image"), counted(event.numClasses, "class", "classes")].join(", ");
      const { initialWeights } = event;
      const weights = initialWeights === null ? "" : `, from ${describeWeights(initialWeights)}`;
      const length = `${counted(event.epochs, "epoch")} of ${counted(event.stepsPerEpoch, "step")}`;
      return `${amounts}, ${length} on ${event.device}${resumed}${weights}`;
    }
    case "skipped":
      return null;
    case "epoch":
      return describeEpoch(event);
    case "end":
      return `done in ${event.seconds.toFixed(0)} s${event.bestEpoch === null ? "" : `, best epoch ${event.bestEpoch}`}`;
  }
}

function describeWeights({ weights, classifier, reason }: InitialWeights): string {
  const fresh = reason === null ? "with a fresh classifier" : `with a fresh classifier, since ${reason}`;
  return classifier === "fresh" ? `${weights} ${fresh}` : weights;
}

function describeEpoch(event: EpochEvent): string {
  const { epoch, epochs, loss, top1Cls, meanEntropyFraction, val, skipped } = event;
  const training = `loss ${loss.toFixed(3)}  top-1 ${percent(top1Cls)}  entropy ${percent(meanEntropyFraction)}`;
  const validation =
    val === null
      ? ""
      : `  |  val top-1 ${percent(val.top1Cls)}  GT-known ${percent(val.gtKnownLoc)}  PxAP ${percent(val.pxap)}`;
  const lacks = skipped + (val?.skipped ?? 0) === 0 ? "" : `  |  skipped ${skipped} train, ${val?.skipped ?? 0} val`;
  return `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  ${training}${validation}${lacks}`;
}
