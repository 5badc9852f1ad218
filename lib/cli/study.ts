import type { Command } from "commander";
import type { StudyEvent } from "../studies/study/events";
import type { StudyResult } from "../studies/study/result";
import type { RunStudyOptions } from "../studies/study/run-study";
import type { Run } from "../tasks/run";
import { counted } from "../words";
import { inCommandLineWords, PartialFailure } from "./failure";
import { interruptible } from "./interruption";
import { listOf, wholeNumber } from "./options";
import { percent } from "./percent";
import { ProgressBar } from "./progress-bar";

/** What all commands take that run a study. */
export interface StudyArguments {
  readonly out: string;
  readonly seeds: readonly number[];
  readonly split?: string;
  readonly jobs: number;
  readonly device?: readonly string[];
}

/** The options of {@link StudyArguments} that mean the same for every study. */
export function addRunningOptions(command: Command): Command {
  return command
    .option("--split <name>", "the split that runs are evaluated on (default: test, or val)")
    .option("--jobs <n>", "runs at the same time", wholeNumber(1), 1)
    .option("--device <name,name>", "devices, taken in turn by the jobs", listOf(String));
}

/** These as the functions of the API take them. */
export function studyOptions({ out, seeds, split, jobs, device }: StudyArguments) {
  return { out, seeds, jobs, ...(split !== undefined && { split }), ...(device !== undefined && { devices: device }) };
}

/** What a study that is watched gets. */
export type Watching = Required<Pick<RunStudyOptions, "signal" | "onProgress" | "onWarning">>;

/** Runs a study to its end with a bar of its progress and a line for each run; an interruption saves. */
export function watchStudy<Result>(start: (watching: Watching) => Run<StudyEvent, Result>): Promise<Result> {
  return interruptible("finishing the steps and saving", async (signal) => {
    const bar = new ProgressBar({ label: "studying", unit: "img" });
    const onProgress: Watching["onProgress"] = ({ done, total, images, run }) => bar.update(done, total, images, run);
    try {
      const study = start({ signal, onProgress, onWarning: (message) => bar.log(`warning: ${message}`) });
      for await (const event of study) {
        const line = describeStudyEvent(event);
        if (line !== null) bar.log(line);
      }
      return await study;
    } finally {
      bar.stop();
    }
  });
}

/** An event of a study as a line; null for those that need none. */
function describeStudyEvent(event: StudyEvent): string | null {
  switch (event.type) {
    case "plan": {
      const finished = event.runs.filter(({ status }) => status === "finished").length;
      const done = finished === 0 ? "" : `, ${finished} finished before`;
      return `${counted(event.arms.length, "arm")}, ${counted(event.seeds.length, "seed")}: ${counted(event.runs.length, "run")}${done}`;
    }
    case "run-start":
      return `${event.run}${event.status === "begun" ? ": goes on" : ""}${event.status === "trained" ? ": is trained" : ""}`;
    case "run-end":
      return `${event.run}: trained in ${event.seconds.toFixed(0)} s`;
    case "evaluated": {
      const { top1Cls, gtKnownLoc, pxap } = event.figures;
      return `${event.run}: top-1 ${percent(top1Cls)}  GT-known ${percent(gtKnownLoc)}  PxAP ${percent(pxap)}`;
    }
    case "run-failed": {
      const advice = event.fix === null ? "" : `\n${inCommandLineWords(event.fix)}`;
      return `${event.run}: failed: ${event.code ?? "error"}: ${event.message}${advice}`;
    }
    case "epoch":
    case "end":
      return null;
  }
}

/** The command's exit code is 1 where a run failed. */
export function failWithFailedRuns({ failures }: StudyResult): void {
  if (failures.length === 0) return;
  throw new PartialFailure(`${counted(failures.length, "run")} failed; the same command tries again`);
}
