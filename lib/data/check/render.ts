import { alignedLines, counted } from "../../words";
import type { CheckReport } from "./check";
import { words } from "./check-image";
import type { ClassCounts } from "./class-counts";
import type { CheckFinding, FoundItem } from "./findings";
import type { Severity } from "./kinds";

/** Items of a kind that are named; JSON has all. */
const MOST_NAMED = 5;
/** More classes are summed up. */
const MOST_CLASSES = 30;

const HEADS: Readonly<Record<Severity, string>> = {
  error: "errors: training or evaluation would stop",
  warning: "warnings",
  note: "notes",
};

/** What a check found, for people: counts, then the findings by kind with the first few named. */
export function renderCheck(report: CheckReport): string {
  const blocks = [splitTable(report), classTable(report.classes)];
  for (const severity of ["error", "warning", "note"] as const) {
    const found = report.findings.filter((finding) => finding.severity === severity);
    if (found.length > 0) blocks.push([HEADS[severity], ...found.flatMap(describeFinding)].join("\n"));
  }
  const { error, warning, note } = report.counts;
  const verdict = [counted(error, "error"), counted(warning, "warning"), counted(note, "note")].join(", ");
  return [...blocks.filter((block) => block !== null), verdict].join("\n\n");
}

function splitTable({ data, splits, classes }: CheckReport): string {
  const rows = splits.map(({ split, images, decoded, boxes, masks, smallest, largest }) => [
    split,
    String(images),
    String(decoded),
    String(boxes ?? "-"),
    String(masks ?? "-"),
    smallest === null ? "-" : words(smallest),
    largest === null ? "-" : words(largest),
  ]);
  const head = ["split", "images", "decoded", "boxes", "masks", "smallest", "largest"];
  return [`${data}: ${counted(classes.length, "class", "classes")}`, ...indented([head, ...rows])].join("\n");
}

/** Null without classes. */
function classTable(classes: readonly ClassCounts[]): string | null {
  const splits = Object.keys(classes[0]?.images ?? {}) as (keyof ClassCounts["images"])[];
  if (splits.length === 0) return null;
  if (classes.length <= MOST_CLASSES) {
    const rows = classes.map(({ label, name, images }) => [
      name === null ? `class ${label}` : `${label} ${name}`,
      ...splits.map((split) => String(images[split])),
    ]);
    return indented([["class", ...splits], ...rows]).join("\n");
  }
  const lines = splits.map((split) => {
    const counts = classes.map(({ images }) => images[split]!).sort((a, b) => a - b);
    const median = counts[Math.floor(counts.length / 2)];
    return `${split} ${counts[0]} to ${counts.at(-1)}, median ${median}`;
  });
  return `  images of a class: ${lines.join("; ")}`;
}

function describeFinding({ what, items, advice }: CheckFinding): string[] {
  const named = items.slice(0, MOST_NAMED).map((item) => `      ${describeItem(item)}`);
  const more = items.length - named.length;
  return [
    `  ${what}: ${items.length}`,
    ...named,
    ...(more > 0 ? [`      and ${more} more, which --json names`] : []),
    ...(advice === null ? [] : [`    ${advice}`]),
  ];
}

function describeItem({ split, image, detail }: FoundItem): string {
  return [split === null ? [] : [split], image === null ? [] : [image], [detail]].flat().join("  ");
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return alignedLines(rows).map((line) => `  ${line}`);
}
