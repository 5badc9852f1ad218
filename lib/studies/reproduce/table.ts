import { alignedLines } from "../../words";
import { FIGURE_WORDS } from "../figure-words";
import type { Spread } from "../study/figures";
import { renderStudy } from "../study/table";
import {
  type EntropyPoint,
  LOCALIZATION_FIGURES,
  type LocalizationFigure,
  type ReproducedArm,
  type Reproduction,
  type UnattributedPair,
} from "./reproduction";

const UNKNOWN = "unknown";

/** A reproduction for people: the paper's figures beside ours, then the study's table. */
export function renderReproduction(reproduction: Reproduction): string {
  const { title, recipe, arms, unattributed, curve, study, notes, seconds } = reproduction;
  const figure = mainFigure(arms);
  const parts = [
    [title, `recipe ${recipe}`, ...notes],
    figure === null ? [] : armLines(arms, figure),
    unattributed === null ? [] : pairLines(unattributed),
    curve === null || figure === null ? [] : curveLines(curve, figure),
    [renderStudy(study)],
    secondsLines(seconds),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

/** The first localization figure that all arms with any have: a threshold of `val` may be missing of some. */
function mainFigure(arms: readonly Pick<ReproducedArm, "ours">[]): LocalizationFigure | null {
  const measured = arms.filter(({ ours }) => LOCALIZATION_FIGURES.some((figure) => ours[figure] !== null));
  if (measured.length === 0) return null;
  return LOCALIZATION_FIGURES.find((figure) => measured.every(({ ours }) => ours[figure] !== null)) ?? null;
}

function armLines(arms: readonly ReproducedArm[], figure: LocalizationFigure): string[] {
  const head = ["arm", "paper", `ours: ${FIGURE_WORDS[figure]}`, "difference"];
  const rows = arms.map(({ arm, paper, ours, difference }) => [
    arm,
    known(paper),
    spread(ours[figure]),
    known(difference),
  ]);
  return alignedLines([head, ...rows]);
}

function pairLines({ paper, ours }: UnattributedPair): string[] {
  const { data, metric, backbone, lambda } = paper;
  const facts = `data ${data ?? UNKNOWN}, metric ${metric ?? UNKNOWN}, backbone ${backbone ?? UNKNOWN}`;
  const rows = ours.map(({ figure, entropy, previousBest, difference }) => [
    `ours: ${FIGURE_WORDS[figure]}`,
    ...[entropy, previousBest, difference].map(fixed),
  ]);
  return [
    `Published, unattributed (${facts}; lambda ${lambda}); ours are the best arm with the term and the best without:`,
    ...alignedLines([
      ["", "entropy", "previous best", "difference"],
      ["paper", ...[paper.entropy, paper.previousBest, paper.difference].map(fixed)],
      ...rows,
    ]),
  ];
}

function curveLines(curve: readonly EntropyPoint[], figure: LocalizationFigure): string[] {
  const rows = curve.map(({ arm, meanEntropyFraction, top1Cls, localization }) => [
    arm,
    spread(meanEntropyFraction),
    spread(top1Cls),
    spread(localization[figure] ?? null),
  ]);
  return ["By rising entropy:", ...alignedLines([["arm", "entropy / log C", "top-1", FIGURE_WORDS[figure]], ...rows])];
}

function secondsLines(seconds: Reproduction["seconds"]): string[] {
  if (seconds.length === 0) return [];
  const each = seconds.map((run) => run.seconds);
  const mean = each.reduce((sum, value) => sum + value, 0) / each.length;
  return [`Seconds per run: mean ${mean.toFixed(1)}, most ${Math.max(...each).toFixed(1)}`];
}

function spread(value: Spread | null): string {
  if (value === null) return "-";
  const { mean, sd } = value;
  return sd === null ? fixed(100 * mean) : `${fixed(100 * mean)} ± ${fixed(100 * sd)}`;
}

function known(value: number | null): string {
  return value === null ? UNKNOWN : fixed(value);
}

function fixed(value: number): string {
  return value.toFixed(1);
}
