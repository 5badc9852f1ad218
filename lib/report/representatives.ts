import { groupBySettings } from "../runs/seed-means";
import type { RunSummary } from "../runs/summary";
import { COLOURS } from "./charts/series";
import { rankRuns } from "./ranking";

/** A report of more runs than it has colours shows them by what they have in common. */
export function isMany(runs: readonly RunSummary[]): boolean {
  return runs.length > COLOURS;
}

/**
 * The runs that curves and pictures are of: all, while each has a colour of its own; else the first seed of as many arms as
 * there are colours, the first and the best arm among them, in the report's order.
 * @param pinned Runs that are to be among them, more than `most` if need be.
 */
export function representatives<Run extends RunSummary>(
  runs: readonly Run[],
  most: number = COLOURS,
  pinned: readonly Run[] = [],
): Run[] {
  if (runs.length <= most) return [...runs];
  const groups = groupBySettings(runs);
  const firsts = groups.map(([run]) => run!);
  const best = rankRuns(runs)?.best[0];
  const bestGroup = groups.find((group) => group.some((run) => run === best))?.[0];
  // Evenly spread over the rest.
  const wanted = new Set<Run>([firsts[0]!, ...(bestGroup === undefined ? [] : [bestGroup])].slice(0, most));
  for (const run of pinned) wanted.add(run);
  const others = firsts.filter((run) => !wanted.has(run));
  const places = Math.max(0, Math.min(most - wanted.size, others.length));
  for (let place = 0; place < places; place++) wanted.add(others[Math.floor((place * others.length) / places)]!);
  return runs.filter((run) => wanted.has(run));
}
