import { type Command, Option } from "commander";
import { DOWNLOADABLE_FORMATS } from "../../data/prepare/download-source";
import type { PrepareEvent, PrepareOptions, PrepareProgress, PrepareResult } from "../../data/prepare/events";
import { SOURCE_FORMATS } from "../../data/prepare/formats";
import { prepare } from "../../data/prepare/prepare";
import { describeProblem } from "../../data/prepare/problems";
import { counted } from "../../words";
import { PartialFailure } from "../failure";
import { interruptible } from "../interruption";
import { listOf, percent, printJson, wholeNumber } from "../options";
import { ProgressBar } from "../progress-bar";

interface PrepareArguments extends Omit<PrepareOptions, "signal" | "onProgress" | "onWarning"> {
  readonly json?: boolean;
}

/** Problems and notes that are named on the terminal; the JSON has all. */
const MOST_NAMED = 10;
const BYTES_PER_MB = 1e6;

export function register(program: Command): void {
  const formats = SOURCE_FORMATS.map(({ name, title }) => `  ${name.padEnd(16)}${title}`).join("\n");
  program
    .command("prepare")
    .description("Prepare a data set from its own files: a published one, or your own folder of images.")
    .argument("<format>", "what the files are, see below")
    .argument("<source>", "unpacked folder, .tgz, .tar or .zip, or a folder with such archives")
    .argument("<out>", "folder to write to, new or empty; an interrupted preparation in it goes on")
    .option("--val <n>", "take n images of each class out of train as val", wholeNumber(1))
    .addOption(new Option("--seed <s>", "which ones, and the draw of --split").argParser(wholeNumber(0)))
    .option("--split <train,val,test>", "folder: percent of each class for each split", listOf(percent))
    .option("--group <regex>", "folder: images whose names match with the same text stay in one split")
    .option("--boxes <file>", "folder: boxes as CSV or COCO JSON; VOC XML beside the images is found by itself")
    .option("--xml-zero-based", "folder: the XML files count pixels from 0, not from 1")
    .option("--masks <dir>", "folder: PNGs named like the images; what is not 0 is the object")
    .option("--copy", "copy the images of a folder instead of linking to them")
    .option("--download", `download into <source> what is not there: ${DOWNLOADABLE_FORMATS.join(", ")}`)
    .option("--mirror <url>", "where to download from instead: a folder that has <format>/<file> (or WSOL_DATA_MIRROR)")
    .option("--follow-links", "follow links that lead out of the source's folder")
    .option("--strict", "stop at the first image that is missing or damaged")
    .option("--force", "replace a prepared set that is in the folder")
    .option("--json", "print the result as JSON")
    .addHelpText("after", `\nFormats:\n${formats}`)
    .action(run);
}

async function run(format: string, source: string, out: string, { json, ...options }: PrepareArguments): Promise<void> {
  const result = await interruptible("stopping; the same command goes on", (signal) => {
    const progress = new Progress();
    return progress.watch(
      prepare(format, source, out, {
        ...options,
        signal,
        onProgress: (at) => progress.update(at),
        onWarning: (message) => progress.log(`warning: ${message}`),
      }),
    );
  });
  if (json) printJson(result);
  else console.log(describeResult(result));
  tellProblems(result);
}

/** A bar for each stage. */
class Progress {
  #bar: ProgressBar | null = null;
  #stage = "";
  #before = 0;

  async watch<Result>(run: AsyncIterable<PrepareEvent> & PromiseLike<Result>): Promise<Result> {
    try {
      for await (const event of run) if (event.type === "start") this.log(describeStart(event));
      return await run;
    } finally {
      this.#bar?.stop();
    }
  }

  update({ stage, file, done, total }: PrepareProgress): void {
    // Of a folder, only the number of files is known while it is looked through.
    const isBytes = stage === "downloading" || (stage === "listing" && total !== null);
    const [unit, scale] = stage === "images" ? ["img", 1] : isBytes ? ["MB", BYTES_PER_MB] : ["files", 1];
    const label = stage === "images" ? "preparing" : file === undefined ? stage : `${stage} ${file}`;
    if (this.#stage !== label + unit) {
      this.#bar?.stop();
      this.#bar = new ProgressBar({ label, unit: unit as string });
      this.#stage = label + unit;
      this.#before = 0;
    }
    const now = done / (scale as number);
    this.#bar?.update(now, total === null ? null : total / (scale as number), now - this.#before);
    this.#before = now;
  }

  log(line: string): void {
    if (this.#bar === null) console.error(line);
    else this.#bar.log(line);
  }
}

function describeStart({ resumed, classes, splits }: Extract<PrepareEvent, { type: "start" }>): string {
  return `${resumed ? "going on: " : ""}${counted(classes, "class", "classes")}, ${countsOf(splits)}`;
}

function describeResult({ format, out, status, classes, splits }: PrepareResult): string {
  const done = status === "unchanged" ? "was prepared before" : "prepared";
  return `${format}: ${counted(classes, "class", "classes")}, ${countsOf(splits)}, ${done} in ${out}`;
}

function countsOf(splits: PrepareResult["splits"]): string {
  return Object.entries(splits)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

/** The exit code is 1 where an image is missing: the set can be used, and whoever asked for it should know. */
function tellProblems({ differences, notes, problems }: PrepareResult): void {
  for (const difference of differences) console.error(`note: ${difference}`);
  printSome(
    notes.map((note) => `note: ${note}`),
    "notes",
  );
  printSome(problems.map(describeProblem), "problems");
  if (problems.length === 0) return;
  const images = new Set(problems.map(({ image }) => image)).size;
  throw new PartialFailure(
    `${counted(images, "image")} left out; complete the source, and prepare it again with --force`,
  );
}

function printSome(lines: readonly string[], what: string): void {
  for (const line of lines.slice(0, MOST_NAMED)) console.error(line);
  if (lines.length > MOST_NAMED) console.error(`… and ${lines.length - MOST_NAMED} more ${what}; --json has all`);
}
