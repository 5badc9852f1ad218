import { WsolError } from "../errors";
import { type RunSummary, readRunSummaries } from "../runs/summary";
import { isStudyFolder, readStudy, type StudySummary } from "../studies/study/read-study";

/** What folders hold, as a report takes it. */
export interface ReportSources {
  /** In the order of the folders; a study's in that of its arms, its baseline's seeds first. */
  readonly runs: readonly RunSummary[];
  readonly studies: readonly StudySummary[];
}

/**
 * Reads run folders and the folders of studies, which stand for the runs that they have begun.
 * @throws ERR_WSOL_RUN_FOLDER naming the folder and what it misses, or a study without any run
 */
export async function readReportSources(folders: readonly string[]): Promise<ReportSources> {
  const studies: StudySummary[] = [];
  const runs: string[] = [];
  for (const folder of folders) {
    if (!isStudyFolder(folder)) {
      runs.push(folder);
      continue;
    }
    const study = await readStudy(folder);
    studies.push(study);
    runs.push(...begunRuns(study, folder));
  }
  // Arms that train alike share a run.
  return { runs: await readRunSummaries([...new Set(runs)]), studies };
}

function begunRuns({ arms, result }: StudySummary, folder: string): string[] {
  const baselines = new Set(result?.arms.filter(({ isBaseline }) => isBaseline).map(({ name }) => name));
  const ordered = [...arms].sort((a, b) => Number(baselines.has(b.arm.name)) - Number(baselines.has(a.arm.name)));
  const begun = ordered.flatMap(({ runs }) => runs.filter(({ summary }) => summary !== null));
  if (begun.length > 0) return begun.map((run) => run.folder);
  throw new WsolError("ERR_WSOL_RUN_FOLDER", `the study in '${folder}' has not begun any run`, {
    details: { path: folder },
    fix: "Run `wsol sweep` first, or wait until its first epoch.",
  });
}
