import { counted } from "../../words";
import { FIGURE_WORDS } from "../compare/figure-words";
import type { Spread } from "./figures";
import type { ArmResult, StudyResult } from "./result";
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
      ...columns.map(({ of, unit, digits }) => cell(of(arm), unit, digits)),
      marksOf(arm, spots.has(arm.name)),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => {
    const cells = row.map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!)));
    return [...cells.slice(0, -1), row.at(-1)].join("  ").trimEnd();
  });
  const seeds = `${counted(result.arms.length, "arm")}, ${counted(result.seeds.length, "seed")}`;
  const units = `percent, ${result.seeds.length > 1 ? "mean ± standard deviation, " : ""}entropy of log C`;
  return [`${result.split}: ${seeds}; ${units}`, ...lines, ...sentencesOf(result)].join("\n");
}

function cell(spread: Spread | null, unit: number, digits: number): string {
  if (spread === null) return "-";
  const centre = (unit * spread.mean).toFixed(digits);
  return spread.sd === null ? centre : `${centre} ± ${(unit * spread.sd).toFixed(digits)}`;
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
  const { figures } = arms.find(({ name }) => name === spot.arm)!;
  const measured = (
    [
      ["GT-known Loc", figures.gtKnownAtVal ?? figures.gtKnownLoc],
      ["PxAP", figures.pxap],
      ["top-1", figures.top1Cls],
    ] as const
  )
    .filter(([, spread]) => spread !== null)
    .map(([name, spread]) => `${name} ${cell(spread, PERCENT.unit, PERCENT.digits)} %`);
  const least = `top-1 of at least ${(PERCENT.unit * spot.leastTop1Cls!).toFixed(PERCENT.digits)} %`;
  const chosen = `Sweet spot${where}: ${spot.arm}, the best ${FIGURE_WORDS[spot.chosenBy!]} on val with a ${least} there`;
  return `${chosen}; on ${split}: ${measured.join(", ")}.${sureness(spot)}`;
}

function sureness({ differences, indistinguishable }: SweetSpot): string {
  if (differences === null || differences.length === 0) return "";
  const figure = FIGURE_WORDS[differences[0]!.figure];
  const by = `in ${figure} (95 % interval over images and seeds)`;
  if (indistinguishable!.length === 0) return `\nDistinguishable from every other ${by}.`;
  return `\nNot distinguishable ${by} from ${indistinguishable!.join(", ")}.`;
}
