import type { Command } from "commander";
import { isWsolError, WsolError } from "../../errors";
import { type Panel, type PanelsOptions, panelsOfRun } from "../../pictures/panels-of-run";
import { writeReport } from "../../report/report";
import type { ReportedRun } from "../../report/reported-run";
import { quote } from "../../runs/commands";
import { type RunSummary, readRunSummaries } from "../../runs/summary";
import { refuseIdle, wholeNumber } from "../options";
import { ProgressBar } from "../progress-bar";

/** Draws the pictures of a run; the seam where tests come without a network. */
export type PanelsOf = (runFolder: string, options: PanelsOptions) => Promise<Panel[]>;

interface ReportArguments {
  readonly out: string;
  readonly images: number;
  readonly data?: string;
}

export function register(program: Command, panelsOf: PanelsOf = panelsOfRun): void {
  program
    .command("report")
    .description("One HTML file that compares runs: table, curves and pictures. Opens from disk in any browser.")
    .argument("<run...>", "run folders; the first is what the others are compared with")
    .option("--out <file>", "the HTML file", "report.html")
    .option("--images <n>", "pictures of each run; 0: none", wholeNumber(0), 12)
    .option("--data <dir>", "data set of the pictures (default: the one the run was evaluated on, else trained on)")
    .action((runs: string[], options: ReportArguments) => report(runs, options, panelsOf));
}

async function report(folders: readonly string[], args: ReportArguments, panelsOf: PanelsOf): Promise<void> {
  if (args.images === 0) refuseIdle({ "--data": args.data }, "with '--images 0'");
  const runs = await readRunSummaries(folders);
  const bar = new ProgressBar({ label: "drawing", unit: "run" });
  const complete: ReportedRun[] = [];
  try {
    for (const run of runs) {
      if (args.images > 0) bar.update(complete.length, runs.length, complete.length === 0 ? 0 : 1, run.name);
      complete.push({ ...run, panels: await panels(run, args, panelsOf, (line) => bar.log(line)) });
    }
  } finally {
    bar.stop();
  }
  await writeReport({ runs: complete, out: args.out, command: commandLine(folders, args) });
  console.log(args.out);
}

/** Without a data set that was asked for, the report does without pictures, and says so. */
async function panels(
  run: RunSummary,
  { data, images }: ReportArguments,
  panelsOf: PanelsOf,
  warn: (line: string) => void,
): Promise<readonly Panel[]> {
  const evaluated = run.evaluation?.evaluated ?? null;
  const source = data ?? evaluated?.data ?? run.environment?.data;
  const checkpoint = evaluated?.model?.checkpoint ?? null;
  if (images === 0) return [];
  try {
    if (source === undefined) throw new WsolError("ERR_WSOL_DATA", "the run does not name its data set");
    return await panelsOf(run.folder, {
      data: source,
      images,
      ...(run.evaluation && { split: run.evaluation.split }),
      ...(checkpoint !== null && { checkpoint }),
      ...(evaluated?.model && { scoreMap: evaluated.model.scoreMap }),
    });
  } catch (error) {
    if (data !== undefined || !isWsolError(error)) throw error;
    warn(`warning: no pictures of '${run.name}': ${error.message}`);
    return [];
  }
}

function commandLine(folders: readonly string[], { out, images, data }: ReportArguments): string {
  const options = [
    `--out ${quote(out)}`,
    `--images ${images}`,
    ...(data === undefined ? [] : [`--data ${quote(data)}`]),
  ];
  return `wsol report ${folders.map(quote).join(" ")} ${options.join(" ")}`;
}
