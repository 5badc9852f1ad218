import type { RunGallery } from "../pictures/gallery-of-run";
import type { Panel } from "../pictures/panels-of-run";
import type { RunSummary } from "../runs/summary";

/** All that a report shows of one run. */
export interface ReportedRun extends RunSummary {
  /** Pictures of some images; empty without. */
  readonly panels: readonly Panel[];
  /** Images whose boxes the page cuts at any threshold; none without. */
  readonly gallery?: RunGallery | null;
}
