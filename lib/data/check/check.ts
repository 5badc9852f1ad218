import { availableParallelism } from "node:os";
import { basename, dirname, resolve } from "node:path";
import { invalidArgument, type WsolError } from "../../errors";
import { checkOptions, type OptionKeys } from "../../options";
import { Dataset } from "../dataset";
import { prefetch } from "../prefetch";
import { SPLIT_NAMES } from "../split";
import { checkBoxes } from "./check-boxes";
import { checkImage } from "./check-image";
import { checkMasks } from "./check-masks";
import { type ClassCounts, checkClasses, countClasses } from "./class-counts";
import { type CheckFinding, Findings } from "./findings";
import type { Severity } from "./kinds";
import { type Place, SamePictures } from "./same-pictures";
import { checkSharedImages } from "./shared-images";
import { type CheckedSplit, SplitTally } from "./split-tally";
import { checkUnusedFiles } from "./unused-files";

export interface CheckOptions {
  /** As `data.cmyk` will be: with `convert`, CMYK images are no error. @default "refuse" */
  readonly cmyk?: "refuse" | "convert";
  /** Images decoded at once. @default the number of cores, at most 4, the size of Node's thread pool */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Told of images. */
  readonly onProgress?: (done: number, total: number) => void;
}

const KNOWN: OptionKeys<CheckOptions> = { cmyk: true, workers: true, signal: true, onProgress: true };

/** What a check found: exactly the JSON of `wsol check --json`. */
export interface CheckReport {
  /** The data set's folder, absolute. */
  readonly data: string;
  readonly splits: readonly CheckedSplit[];
  readonly classes: readonly ClassCounts[];
  /** The errors first. */
  readonly findings: readonly CheckFinding[];
  /** How many items of each severity. With `error` above 0, training or evaluation would stop. */
  readonly counts: Readonly<Record<Severity, number>>;
}

/**
 * Reads everything of a data set once: the text files, every image, every mask; and tells all that is wrong with it. Only
 * digests of the images are kept. Needs no LibTorch.
 * @param data The data set's folder.
 * @throws ERR_WSOL_DATA where there is no data set; ERR_WSOL_ARGUMENT; the signal's reason
 */
export async function check(data: string, options: CheckOptions = {}): Promise<CheckReport> {
  checkOptions(options, KNOWN);
  const { cmyk = "refuse", workers = Math.min(availableParallelism(), 4), signal, onProgress } = options;
  if (typeof data !== "string" || data === "") throw invalidArgument("data", "the folder of a data set", data);
  if (cmyk !== "refuse" && cmyk !== "convert") throw invalidArgument("cmyk", "'refuse' or 'convert'", cmyk);
  if (!Number.isInteger(workers) || workers < 1) throw invalidArgument("workers", "a positive whole number", workers);
  signal?.throwIfAborted();
  const findings = new Findings();
  const dataset = await Dataset.openDespiteFaults(data, (fault) => addFault(fault, findings));
  const classes = countClasses(dataset);
  checkClasses(dataset, classes, findings);
  checkSharedImages(dataset, findings);
  const splits = await checkImages(dataset, findings, { cmyk, workers, signal, onProgress });
  await checkUnusedFiles(dataset, findings, signal);
  const found = findings.list();
  const count = (severity: Severity) =>
    found.reduce((sum, finding) => sum + (finding.severity === severity ? finding.items.length : 0), 0);
  return {
    data: resolve(data),
    splits,
    classes,
    findings: found,
    counts: { error: count("error"), warning: count("warning"), note: count("note") },
  };
}

/** A fault of the text files; its message names file and line. */
function addFault({ message, details }: WsolError, findings: Findings): void {
  const folder = basename(dirname(String(details.path)));
  const split = SPLIT_NAMES.find((name) => name === folder) ?? null;
  const isBox = details.about === "box";
  const image = isBox ? String(details.text).split(",", 1)[0]! : null;
  findings.add(isBox ? "box-refused" : "metadata", { split, image, detail: message });
}

interface Reading {
  readonly cmyk: "refuse" | "convert";
  readonly workers: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: CheckOptions["onProgress"] | undefined;
}

async function checkImages(
  dataset: Dataset,
  findings: Findings,
  { cmyk, workers, signal, onProgress }: Reading,
): Promise<CheckedSplit[]> {
  const tallies = dataset.splits.map((name) => new SplitTally(dataset.split(name)));
  const places = tallies.flatMap((tally) => Array.from(tally.split.ids, (_, index) => ({ tally, index })));
  const placeOf = (place: number): Place => ({ split: places[place]!.tally.split, index: places[place]!.index });
  const same = new SamePictures(places.length);
  // Its own findings: images come ahead of one another, findings in their order.
  const look = async (place: number) => {
    const { split, index } = placeOf(place);
    const own = new Findings();
    const facts = await checkImage(split, index, { cmyk, findings: own });
    checkBoxes(split, index, own);
    return { place, facts, hasForeground: await checkMasks(split, index, facts?.size ?? null, own), own };
  };
  const range = { start: 0, end: places.length };
  for await (const { place, facts, hasForeground, own } of prefetch(range, look, { ahead: workers, signal })) {
    findings.take(own);
    places[place]!.tally.add(facts?.size ?? null, hasForeground);
    if (facts !== null) same.add(place, facts.digest);
    onProgress?.(place + 1, places.length);
  }
  for (const tally of tallies) tally.checkMasks(findings);
  await same.check(placeOf, findings, signal);
  return tallies.map((tally) => tally.counts());
}
