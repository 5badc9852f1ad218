import { existsSync } from "node:fs";
import { join } from "node:path";
import { isWsolError, WsolError } from "../../errors";
import { readRunProgress } from "../../runs/progress";
import { RUN_FILES } from "../../runs/run-folder";
import { shortNames } from "../../runs/summary";
import { isStudyFolder, studyRunFolders } from "../../studies/study/read-study";
import { STUDY_FILES } from "../../studies/study/study-folder";
import { type LiveState, renderReport, renderWaiting } from "../report";
import type { WatchedRun } from "../sections/progress";
import { readReportSources } from "../sources";
import { revisionOf } from "./revision";
import type { LivePage } from "./server";

/** A run that is shown, and the folder that it was asked for by. */
interface Watched extends WatchedRun {
  readonly folder: string;
  readonly askedFor: string;
}

/**
 * The report of runs and studies as they are at the moment, also while they are under way. It has no pictures, which take a
 * network to draw.
 * @param command The command line to show as the one that serves it.
 * @throws ERR_WSOL_RUN_FOLDER naming a folder that is not there
 */
export function liveReport(folders: readonly string[], command: string): LivePage {
  for (const folder of folders) {
    if (existsSync(folder)) continue;
    throw new WsolError(
      "ERR_WSOL_RUN_FOLDER",
      `expected the folder of a run or a study, got '${folder}': no such folder`,
      {
        details: { path: folder },
      },
    );
  }
  const revision = async () => {
    const studies = folders.filter(isStudyFolder);
    const runs = [...(await runFolders(folders)).keys()];
    return revisionOf([
      ...studies.flatMap((folder) => [STUDY_FILES.plan, STUDY_FILES.result].map((file) => join(folder, file))),
      ...runs.flatMap((folder) =>
        [RUN_FILES.config, RUN_FILES.metrics, RUN_FILES.evaluation].map((file) => join(folder, file)),
      ),
    ]);
  };
  return {
    revision: () => revision().catch(String),
    render: async () => {
      // Before what it stands for is read, so that a change meanwhile is noticed.
      const before = await revision().catch(String);
      return render(folders, { command, revision: before }).catch((error) =>
        renderWaiting({ revision: before, progress: [], problem: problemOf(error) }),
      );
    },
  };
}

async function render(
  folders: readonly string[],
  { command, revision }: { readonly command: string; readonly revision: string },
): Promise<string> {
  const progress = await watchedRuns(folders);
  const live: LiveState = { revision, progress };
  const isBegun = ({ progress }: Watched) => progress.state !== "not begun";
  const begun = folders.filter((folder) => progress.some((run) => run.askedFor === folder && isBegun(run)));
  if (begun.length === 0) return renderWaiting({ ...live, problem: null });
  const { runs, studies } = await readReportSources(begun);
  return renderReport({ runs: runs.map((run) => ({ ...run, panels: [] })), studies, out: "", command }, live);
}

/** How far the runs of the folders are. */
async function watchedRuns(folders: readonly string[]): Promise<Watched[]> {
  const askedFor = await runFolders(folders);
  const names = shortNames([...askedFor.keys()]);
  return Promise.all(
    [...askedFor].map(async ([folder, asked], index) => {
      return { folder, askedFor: asked, name: names[index]!, progress: await readRunProgress(folder) };
    }),
  );
}

/** The folders of the runs, those of a study in the order of its plan, each with the folder that it was asked for by. */
async function runFolders(folders: readonly string[]): Promise<Map<string, string>> {
  const askedFor = new Map<string, string>();
  for (const folder of folders) {
    const runs = isStudyFolder(folder) ? await studyRunFolders(folder) : [folder];
    for (const run of runs) askedFor.set(run, folder);
  }
  return askedFor;
}

function problemOf(error: unknown): string {
  return isWsolError(error) ? error.message : String(error);
}
