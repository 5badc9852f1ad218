import type { Command } from "commander";
import { isWsolError, WsolError } from "../../errors";
import { type GalleryOptions, galleryOfRun, type RunGallery } from "../../pictures/gallery-of-run";
import { type Panel, type PanelsOptions, panelsOfRun } from "../../pictures/panels-of-run";
import { liveReport } from "../../report/live/live-report";
import { servePage } from "../../report/live/server";
import { writeReport } from "../../report/report";
import type { ReportedRun } from "../../report/reported-run";
import { representatives } from "../../report/representatives";
import { readReportSources } from "../../report/sources";
import { quote } from "../../runs/commands";
import type { RunSummary } from "../../runs/summary";
import { interruptible } from "../interruption";
import { refuseIdle, wholeNumber } from "../options";
import { ProgressBar } from "../progress-bar";

/** Draws the pictures of a run; the seam where tests come without a network. */
export type PanelsOf = (runFolder: string, options: PanelsOptions) => Promise<Panel[]>;

/** Looks at images for the gallery; the same seam. */
export type GalleryOf = (runFolder: string, options: GalleryOptions) => Promise<RunGallery>;

/** What draws pictures of runs. */
export interface PictureSources {
  readonly panelsOf: PanelsOf;
  readonly galleryOf: GalleryOf;
}

interface ReportArguments {
  readonly out: string;
  readonly images: number;
  readonly gallery: number;
  readonly stages?: boolean;
  readonly data?: string;
  readonly serve?: boolean;
  readonly port?: number;
}

/** So many runs are pictured, and of more than these the first and the best: pages are to be mailed. */
const MOST_PICTURED = 6;
const OF_MANY = 2;

/** The same each time, for a tab that is left open. */
const DEFAULT_PORT = 7420;

const DRAWING: PictureSources = { panelsOf: panelsOfRun, galleryOf: galleryOfRun };

export function register(program: Command, drawing: PictureSources = DRAWING): void {
  program
    .command("report")
    .description(
      "One HTML file that compares runs: table, curves, pictures, a gallery. Opens from disk in any browser.",
    )
    .argument("<run...>", "run folders, and the folders of studies; the first is what the others are compared with")
    .option("--out <file>", "the HTML file", "report.html")
    .option("--gallery <n>", "images of the gallery, with thresholds to move; 0: none", wholeNumber(0), 60)
    .option("--images <n>", "pictures of each run that need no script; 0: none", wholeNumber(0), 4)
    .option("--stages", "pictures show the mean feature map of every stage too")
    .option("--data <dir>", "data set of the images (default: the one the run was evaluated on, else trained on)")
    .option("--serve", "serve the report on this machine instead, of runs in progress too: the page updates itself")
    .option("--port <n>", `with --serve: the port; 0: any that is free (default: ${DEFAULT_PORT})`, wholeNumber(0))
    .action((runs: string[], options: ReportArguments, command: Command) => {
      if (options.serve) return serve(runs, options, command);
      refuseIdle({ "--port": options.port }, "without '--serve'");
      return report(runs, options, drawing);
    });
}

/** The page has no pictures, and is written nowhere. */
async function serve(folders: readonly string[], { port }: ReportArguments, command: Command): Promise<void> {
  const given = ["out", "images", "gallery", "stages", "data"].filter(
    (name) => command.getOptionValueSource(name) === "cli",
  );
  refuseIdle(Object.fromEntries(given.map((name) => [`--${name}`, true])), "with '--serve'");
  const page = liveReport(folders, `wsol report ${folders.map(quote).join(" ")} --serve`);
  const server = await servePage(page, port ?? DEFAULT_PORT);
  console.log(server.url);
  await interruptible(
    "closing",
    (signal) => new Promise<void>((stop) => signal.addEventListener("abort", () => stop())),
  );
  await server.close();
}

async function report(folders: readonly string[], args: ReportArguments, drawing: PictureSources): Promise<void> {
  if (args.images === 0) refuseIdle({ "--stages": args.stages }, "with '--images 0'");
  if (args.images === 0 && args.gallery === 0) refuseIdle({ "--data": args.data }, "with '--images 0 --gallery 0'");
  const { runs, studies } = await readReportSources(folders);
  const pictured = runs.length <= MOST_PICTURED ? runs : representatives(runs, OF_MANY);
  const bar = new ProgressBar({ label: "drawing", unit: "run" });
  const complete: ReportedRun[] = [];
  let done = 0;
  try {
    for (const run of runs) {
      if (!pictured.includes(run) || args.images + args.gallery === 0) {
        complete.push({ ...run, panels: [] });
        continue;
      }
      bar.update(done, pictured.length, done === 0 ? 0 : 1, run.name);
      complete.push({ ...run, ...(await drawn(run, args, drawing, (line) => bar.log(line))) });
      done += 1;
    }
  } finally {
    bar.stop();
  }
  await writeReport({ runs: complete, studies, out: args.out, command: commandLine(folders, args) });
  console.log(args.out);
}

/** Without a data set that was asked for, the report does without pictures, and says so. */
async function drawn(
  run: RunSummary,
  { data, images, gallery, stages = false }: ReportArguments,
  { panelsOf, galleryOf }: PictureSources,
  warn: (line: string) => void,
): Promise<Pick<ReportedRun, "panels" | "gallery">> {
  const evaluated = run.evaluation?.evaluated ?? null;
  const source = data ?? evaluated?.data ?? run.environment?.data;
  const checkpoint = evaluated?.model?.checkpoint ?? null;
  const threshold = run.evaluation?.atValThreshold?.threshold ?? run.evaluation?.atSigma?.sigma;
  try {
    if (source === undefined) throw new WsolError("ERR_WSOL_DATA", "the run does not name its data set");
    const asEvaluated = {
      data: source,
      ...(run.evaluation && { split: run.evaluation.split }),
      ...(checkpoint !== null && { checkpoint }),
      ...(evaluated?.model && { scoreMap: evaluated.model.scoreMap }),
    };
    return {
      panels: images === 0 ? [] : await panelsOf(run.folder, { ...asEvaluated, images, ...(stages && { stages }) }),
      gallery:
        gallery === 0
          ? null
          : await galleryOf(run.folder, {
              ...asEvaluated,
              images: gallery,
              ...(threshold !== undefined && { threshold }),
            }),
    };
  } catch (error) {
    if (data !== undefined || !isWsolError(error)) throw error;
    warn(`warning: no pictures of '${run.name}': ${error.message}`);
    return { panels: [] };
  }
}

function commandLine(folders: readonly string[], { out, images, gallery, stages, data }: ReportArguments): string {
  const options = [
    `--out ${quote(out)}`,
    `--gallery ${gallery}`,
    `--images ${images}`,
    ...(stages ? ["--stages"] : []),
    ...(data === undefined ? [] : [`--data ${quote(data)}`]),
  ];
  return `wsol report ${folders.map(quote).join(" ")} ${options.join(" ")}`;
}
