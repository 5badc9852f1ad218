import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Config } from "../config/schema";
import { WsolError } from "../errors";
import { readMetrics } from "../logs/metrics-log";
import { effectiveEpsOfRun } from "../losses/effective-eps";
import type { Environment } from "./environment";
import type { Evaluated, Measurements } from "./evaluation";
import type { EpochEvent, SkippedEvent, StartEvent } from "./events";
import { damaged, readJson } from "./json-file";
import { RUN_FILES } from "./run-folder";

/** An evaluation as a run folder holds it. */
export interface StoredEvaluation extends Measurements {
  /** null in files of versions that did not record it. */
  readonly evaluated: Evaluated | null;
}

/** What a run folder holds, for reports, sweeps and comparisons. */
export interface RunSummary {
  /** Short and different for every run of a report. */
  readonly name: string;
  /** As given. */
  readonly folder: string;
  readonly config: Config;
  /** null where the folder does not tell. */
  readonly environment: Partial<Environment> | null;
  readonly epochs: readonly EpochEvent[];
  /** The images that training and validation left out, once each. */
  readonly skipped: readonly SkippedEvent[];
  /** The label smoothing that the entropy term amounts to; null for other regularizers, or where it cannot be told. */
  readonly effectiveEps: number | null;
  /** null before `wsol evaluate --run`. */
  readonly evaluation: StoredEvaluation | null;
}

/**
 * Reads run folders for a report. `config.json` and `metrics.jsonl` must be there.
 * @throws ERR_WSOL_RUN_FOLDER naming the folder and what it misses, or the file that is damaged
 */
export async function readRunSummaries(folders: readonly string[]): Promise<RunSummary[]> {
  const names = shortNames(folders.map((folder) => resolve(folder)));
  return Promise.all(folders.map((folder, index) => readRunSummary(folder, names[index]!)));
}

async function readRunSummary(folder: string, name: string): Promise<RunSummary> {
  await checkFolder(folder);
  const [config, environment, evaluation, events] = await Promise.all([
    readJson<Config>(folder, RUN_FILES.config),
    readJson<Partial<Environment>>(folder, RUN_FILES.environment),
    readEvaluation(folder),
    readMetrics(join(folder, RUN_FILES.metrics)),
  ]);
  if (config === null) throw missing(folder, RUN_FILES.config);
  if (config.loss === undefined || config.model === undefined || config.optim === undefined) {
    throw damaged(folder, RUN_FILES.config, "expected the configuration of a run");
  }
  const epochs = events.filter((event): event is EpochEvent => (event as EpochEvent).type === "epoch");
  if (events.length === 0) throw missing(folder, RUN_FILES.metrics);
  const skipped = events.filter((event): event is SkippedEvent => (event as SkippedEvent).type === "skipped");
  const start = events.find((event) => (event as StartEvent).type === "start") as Partial<StartEvent> | undefined;
  return {
    name,
    folder,
    config,
    environment,
    epochs,
    skipped,
    effectiveEps: effectiveEpsOf(config, start),
    evaluation,
  };
}

/** From the configuration, since an epoch's event may tell of a smaller last batch. */
function effectiveEpsOf(config: Config, start: Partial<StartEvent> | undefined): number | null {
  const { numClasses, images } = start ?? {};
  return numClasses === undefined || images === undefined ? null : effectiveEpsOfRun(config, numClasses, images);
}

/** The evaluation of a run folder alone; null before one. @throws ERR_WSOL_RUN_FOLDER */
export async function readStoredEvaluation(folder: string): Promise<StoredEvaluation | null> {
  await checkFolder(folder);
  return readEvaluation(folder);
}

/** Versions that skipped no images and did not record how they evaluated lack both. */
type StoredFile = Omit<Measurements, "skipped"> & {
  readonly evaluated?: Evaluated;
  readonly skipped?: readonly string[];
};

async function readEvaluation(folder: string): Promise<StoredEvaluation | null> {
  const stored = await readJson<StoredFile>(folder, RUN_FILES.evaluation);
  if (stored === null) return null;
  const { evaluated = null } = stored;
  if (!Array.isArray(stored.curves?.thresholds) || (evaluated !== null && typeof evaluated.fingerprint !== "string")) {
    throw damaged(folder, RUN_FILES.evaluation, "expected what `wsol evaluate --json` prints");
  }
  return { ...stored, evaluated, skipped: stored.skipped ?? [] };
}

/** The last parts of the paths, as many as tell the runs apart. */
export function shortNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[\\/]/).filter((part) => part !== ""));
  const longest = Math.max(...parts.map(({ length }) => length));
  for (let count = 1; count <= longest; count++) {
    const names = parts.map((part) => part.slice(-count).join("/"));
    if (new Set(names).size === names.length) return names;
  }
  return paths.map((path, index) => `${basename(path)} (${index + 1})`);
}

async function checkFolder(folder: string): Promise<void> {
  const entry = await stat(folder).catch(() => null);
  if (entry?.isDirectory()) return;
  const problem = entry === null ? "no such folder" : "it is a file";
  throw new WsolError("ERR_WSOL_RUN_FOLDER", `expected a run folder, got '${folder}': ${problem}`, {
    details: { path: folder },
  });
}

function missing(folder: string, file: string): WsolError {
  return new WsolError("ERR_WSOL_RUN_FOLDER", `'${folder}' is no run folder: it has no ${file}`, {
    details: { path: folder, file },
    fix: "Pass folders that `wsol train --out` wrote.",
  });
}
