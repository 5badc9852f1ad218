import type { Panel } from "../pictures/panels-of-run";
import type { RunSummary } from "../runs/summary";

/** All that a report shows of one run. */
export interface ReportedRun extends RunSummary {
  /** Pictures of some images; empty without. */
  readonly panels: readonly Panel[];
}
