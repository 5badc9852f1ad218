import { isDeepStrictEqual } from "node:util";
import { flatten, mergeConfig } from "../config/flatten";
import { resolveConfig } from "../config/resolve";
import type { Config, ConfigInput } from "../config/schema";
import { describe, WsolError, type WsolErrorCode } from "../errors";
import { readMetrics } from "../logs/metrics-log";
import type { FailedEvent } from "../runs/events";
import { type RunFolder, readRunConfig } from "../runs/run-folder";
import type { Position } from "./position";
import { learningRateAt } from "./schedule";

/**
 * What may differ between the sessions of one run: it changes where and how fast, or whether a run goes on, not what is
 * computed. A run that went on with `data.onBadImage=stop` has met no image that `skip` leaves out.
 */
export const ALWAYS_FREE: readonly string[] = [
  "device",
  "threads",
  "data.cache",
  "data.cacheMemory",
  "data.cacheDir",
  "data.workers",
  "data.onBadImage",
];
const EPOCHS = "optim.epochs";
const LEARNING_RATE = "optim.lr";

/**
 * The stored configuration with the keys that are given again.
 * @param position Where the run stands; null if nothing was stored, so that it begins again and every key is free.
 * @throws ERR_WSOL_CONFIG naming the key that must not differ; ERR_WSOL_RUN_FOLDER
 */
export async function resumedConfig(folder: RunFolder, input: ConfigInput, position: Position | null): Promise<Config> {
  const stored = await readRunConfig(folder.path);
  const config = resolveConfig(mergeConfig(stored, input));
  if (position === null) return config;
  const free = [...ALWAYS_FREE, EPOCHS];
  if ((await endedWith(folder)) === "ERR_WSOL_NON_FINITE_LOSS") free.push(LEARNING_RATE);
  const before = flatten(stored);
  for (const [key, now] of flatten(config)) {
    const then = before.get(key);
    if (isDeepStrictEqual(then, now) || free.includes(key)) continue;
    const fix = "Leave the key out to resume, or start a new run.";
    throw refused(key, `${describe(then)}, as the run began`, now, fix);
  }
  const begun = position.epoch + (position.stepInEpoch > 0 ? 1 : 0);
  const { epochs } = config.optim;
  if (epochs < begun) throw refused(EPOCHS, `at least ${begun}, the epochs that the run has begun`, epochs);
  return config;
}

/**
 * What to say where more epochs change the learning rate of the steps to come, as they do where a schedule spans the whole
 * run; null where they do not.
 */
export async function changedScheduleWarning(
  folder: RunFolder,
  { optim }: Config,
  { step, stepsPerEpoch }: { readonly step: number; readonly stepsPerEpoch: number },
): Promise<string | null> {
  const before = (await readRunConfig(folder.path)).optim.epochs;
  const rateFor = (epochs: number) => learningRateAt(step, stepsPerEpoch, { ...optim, epochs });
  if (before === optim.epochs || rateFor(before) === rateFor(optim.epochs)) return null;
  return (
    `optim.epochs is ${optim.epochs}, the run had ${before}: ` +
    `from here on the learning rate is that of optim.schedule=${optim.schedule} over ${optim.epochs} epochs`
  );
}

/** What the last session failed with; null if it did not. */
async function endedWith(folder: RunFolder): Promise<WsolErrorCode | null> {
  const last = (await readMetrics(folder.file("metrics"))).at(-1) as Partial<FailedEvent> | undefined;
  return last?.type === "failed" ? (last.code ?? null) : null;
}

function refused(key: string, expected: string, got: unknown, fix?: string): WsolError {
  return new WsolError("ERR_WSOL_CONFIG", `expected ${expected}, for '${key}', got ${describe(got)}`, {
    details: { key },
    ...(fix !== undefined && { fix }),
  });
}
