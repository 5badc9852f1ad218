import { counted } from "../../words";
import { FIGURE_WORDS, signed } from "../figure-words";
import type { FigureName } from "../resampled-figures";
import { COMPARED_FIGURES, type Comparison } from "./comparison";
import type { FigureComparison } from "./figure-comparison";

const HEAD = ["", "A", "B", "B - A", "95 % interval"] as const;

/** A comparison as a table for people, and the verdict in a sentence: percent, differences in points. */
export function renderComparison(comparison: Comparison): string {
  const { split, images, resamples, seed, a, b, figures, verdict, notes } = comparison;
  const rows = COMPARED_FIGURES.flatMap((name) => {
    const figure = figures[name];
    return figure === null ? [] : [rowOf(name, figure)];
  });
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  const lines = [HEAD, ...rows].map((row) => {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)));
    return `  ${cells.join("  ")}`;
  });
  return [
    `A: ${a.map(({ folder }) => folder).join(", ")}`,
    `B: ${b.map(({ folder }) => folder).join(", ")}`,
    `${split}: ${counted(images, "image")}, ${counted(resamples, "resample")} of them, seed ${seed}`,
    ...lines,
    ...notes.map((note) => `note: ${note}`),
    verdict.sentence,
  ].join("\n");
}

function rowOf(name: FigureName, { a, b, difference, interval }: FigureComparison): string[] {
  const [low, high] = interval.map((end) => signed(name, end));
  const value = (figure: number) =>
    name === "meanEntropy" ? `${figure.toFixed(3)} nats` : `${(100 * figure).toFixed(1)} %`;
  return [FIGURE_WORDS[name], value(a), value(b), signed(name, difference), `${low} to ${high}`];
}
