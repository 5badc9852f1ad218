import {
  galleryOfRun,
  panelsOfRun,
  type ReportOptions,
  readReportSources,
  readRunSummaries,
  writeReport,
} from "../../lib/index";

export async function comparesRuns(out: string): Promise<void> {
  const summaries = await readRunSummaries(["runs/baseline", "runs/entropy"]);
  const withPictures = summaries.map(async (run) => ({
    ...run,
    panels: await panelsOfRun(run.folder, { data: "data/cub", images: 6 }),
  }));
  const options: ReportOptions = { runs: await Promise.all(withPictures), out };
  await writeReport(options);
  await writeReport({ runs: summaries.map((run) => ({ ...run, panels: [] })), out, date: new Date(0) });
}

export async function reportsStudies(out: string): Promise<void> {
  const { runs, studies } = await readReportSources(["studies/eps", "runs/mine"]);
  const [first, ...others] = runs.map((run) => ({ ...run, panels: [] }));
  const gallery = await galleryOfRun(first!.folder, { data: "data/cub", images: 60, threshold: 0.2 });
  await writeReport({ runs: [{ ...first!, gallery }, ...others], studies, out });
}

export async function misuse(): Promise<void> {
  // @ts-expect-error TS2322 what was read of them, not their folders
  await writeReport({ runs: ["runs/a"], out: "report.html" });
  // @ts-expect-error TS2345 the file is needed
  await writeReport({ runs: [] });
  // @ts-expect-error TS2345 a list of folders
  await readRunSummaries("runs/a");
  // @ts-expect-error TS2345 how many pictures
  await panelsOfRun("runs/a", { data: "data/cub" });
  // @ts-expect-error TS2345 how many images
  await galleryOfRun("runs/a", { data: "data/cub" });
}
