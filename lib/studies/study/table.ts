import { alignedLines, counted } from "../../words";
import { FIGURE_WORDS, signed } from "../figure-words";
import type { ArmResult } from "./arm-result";
import type { Spread } from "./figures";
import type { StudyResult } from "./result";
import type { DifferenceFromSpot } from "./sureness";
import type { SweetSpot } from "./sweet-spot";

interface Column {
  readonly head: string;
  readonly of: (arm: ArmResult) => Spread | null;
  readonly unit: number;
  readonly digits: number;
}

const PERCENT = { unit: 100, digits: 1 } as const;

function columnsOf({ split }: StudyResult): Column[] {
  return [
    { head: "val top-1", of: ({ val }) => val.top1Cls, ...PERCENT },
    { head: "val GT-known", of: ({ val }) => val.gtKnownLoc, ...PERCENT },
    { head: "val PxAP", of: ({ val }) => (val.gtKnownLoc === null ? val.pxap : null), ...PERCENT },
    { head: `${split} top-1`, of: ({ figures }) => figures.top1Cls, ...PERCENT },
    { head: "GT-known", of: ({ figures }) => figures.gtKnownLoc, ...PERCENT },
    { head: "at val's", of: ({ figures }) => figures.gtKnownAtVal, ...PERCENT },
    { head: "Top-1 Loc", of: ({ figures }) => figures.top1Loc, ...PERCENT },
    { head: "V2", of: ({ figures }) => figures.maxBoxAccV2, ...PERCENT },
    { head: "PxAP", of: ({ figures }) => figures.pxap, ...PERCENT },
    { head: "entropy", of: ({ figures }) => figures.meanEntropyFraction, ...PERCENT },
  ];
}

/** A study for people: percent, means over the seeds with their standard deviations, then what they say in sentences. */
export function renderStudy(result: StudyResult): string {
  const columns = columnsOf(result).filter(({ of }) => result.arms.some((arm) => of(arm) !== null));
  const spots = new Set(result.sweetSpots.map(({ arm }) => arm));
  const rows = [
    ["arm", ...columns.map(({ head }) => head), ""],
    ...result.arms.map((arm) => [
      arm.name,
      ...columns.map(({ of, unit, digits }) => cell(of(arm), finishedOf(arm), { unit, digits })),
      marksOf(arm, spots.has(arm.name)),
    ]),
  ];
  // Marks stand behind the table, not in a column.
  const lines = alignedLines(rows.map((row) => row.slice(0, -1))).map((line, index) =>
    `${line}  ${rows[index]!.at(-1)}`.trimEnd(),
  );
  const seeds = `${counted(result.arms.length, "arm")}, ${counted(result.seeds.length, "seed")}`;
  const units = `percent, ${result.seeds.length > 1 ? "mean ± standard deviation, " : ""}entropy of log C`;
  return [`${result.split}: ${seeds}; ${units}`, ...lines, ...sentencesOf(result)].join("\n");
}

/** With how many runs have the figure, where some of them do not. */
function cell(spread: Spread | null, finished: number, { unit, digits }: Pick<Column, "unit" | "digits">): string {
  if (spread === null) return "-";
  const centre = (unit * spread.mean).toFixed(digits);
  const text = spread.sd === null ? centre : `${centre} ± ${(unit * spread.sd).toFixed(digits)}`;
  return spread.count < finished ? `${text} (${spread.count} of ${finished})` : text;
}

function finishedOf({ runs }: ArmResult): number {
  return runs.filter(({ status }) => status === "finished").length;
}

function marksOf({ isBaseline, runs }: ArmResult, isSpot: boolean): string {
  const failed = runs.filter(({ status }) => status === "failed").length;
  const marks = [isBaseline && "baseline", isSpot && "sweet spot", failed > 0 && `${counted(failed, "run")} failed`];
  return marks.filter((mark) => mark !== false).join(", ");
}

function sentencesOf(result: StudyResult): string[] {
  const spots = result.sweetSpots.map((spot) => sentenceOf(spot, result));
  const failures = result.failures.map(({ run, code, message }) => `failed: ${run}: ${code ?? "error"}: ${message}`);
  return [...spots, ...failures].map((line) => `\n${line}`.replace(/^\n(?=failed)/, ""));
}

/** What a sweet spot is, what it measures on the split, and how sure it is; two lines where it is known how sure. */
export function sentenceOf(spot: SweetSpot, { split, arms }: StudyResult): string {
  const settings = Object.entries(spot.settings).map(([key, value]) => `${key}=${value}`);
  const where = settings.length === 0 ? "" : ` of ${settings.join(" ")}`;
  if (spot.arm === null) return `No sweet spot${where}: ${spot.reason}.`;
  const chosenArm = arms.find(({ name }) => name === spot.arm)!;
  const { figures } = chosenArm;
  // A run whose val chose no threshold has no figure at it.
  const gtKnown = figures.gtKnownAtVal?.count === finishedOf(chosenArm) ? "gtKnownAtVal" : "gtKnownLoc";
  const measured = ([gtKnown, "pxap", "top1Cls"] as const)
    .filter((figure) => figures[figure] !== null)
    .map((figure) => `${FIGURE_WORDS[figure]} ${cell(figures[figure], finishedOf(chosenArm), PERCENT)} %`);
  const least = `top-1 of at least ${(PERCENT.unit * spot.leastTop1Cls!).toFixed(PERCENT.digits)} %`;
  const chosen = `Sweet spot${where}: ${spot.arm}, the best ${FIGURE_WORDS[spot.chosenBy!]} on val with a ${least} there`;
  return `${chosen}; on ${split}: ${measured.join(", ")}.${sureness(spot)}`;
}

function sureness({ differences, indistinguishable, baseline }: SweetSpot): string {
  if (differences === null || differences.length === 0) return "";
  const figures = new Set(differences.map(({ figure }) => FIGURE_WORDS[figure]));
  const by = `in ${[...figures].join(" or ")} (95 % interval over images and seeds)`;
  // Each arm by a figure that it has: where those are several, which.
  const named = differences.map(({ arm, figure }) => ({
    arm,
    name: figures.size === 1 ? arm : `${arm} (${FIGURE_WORDS[figure]})`,
  }));
  const alike = named.filter(({ arm }) => indistinguishable!.includes(arm)).map(({ name }) => name);
  const others =
    alike.length === 0
      ? `Distinguishable from every other ${by}.`
      : `Not distinguishable ${by} from ${alike.join(", ")}.`;
  const base = differences.find(({ arm }) => arm === baseline);
  return `\n${others}${fromBaseline(base, { namesFigure: figures.size > 1 })}`;
}

/** Where the sweet spot is the baseline itself there is nothing to say. */
function fromBaseline(
  difference: DifferenceFromSpot | undefined,
  { namesFigure }: { readonly namesFigure: boolean },
): string {
  if (difference === undefined) return "";
  const { arm, figure, low, high } = difference;
  // The other way round: of the sweet spot from the baseline.
  const [by, from, to] = [-difference.difference, -high, -low].map((value) => signed(figure, value));
  const where = namesFigure ? ` in ${FIGURE_WORDS[figure]}` : "";
  return ` From the baseline ${arm} it differs${where} by ${by} points (${from} to ${to}).`;
}
