import type { StudyEvent } from "../studies/study/events";
import type { StudyResult } from "../studies/study/result";
import { counted } from "../words";
import { PartialFailure } from "./failure";

/** An event of a study as a line; null for those that need none. */
export function describeStudyEvent(event: StudyEvent): string | null {
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
    case "run-failed":
      return `${event.run}: failed: ${event.code ?? "error"}: ${event.message}`;
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

function percent(value: number | null): string {
  return value === null ? "-" : `${(100 * value).toFixed(1)} %`;
}
