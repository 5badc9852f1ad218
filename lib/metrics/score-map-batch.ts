import { types } from "node:util";
import { DEFAULTS } from "../config/defaults";
import { invalidArgument } from "../errors";
import type { ScoreMapArray, ScoreMapBatch } from "../native/metrics-addon";

/** Finer grids than this name the same 255 masks again and again. */
const SMALLEST_STEP = 1e-6;
export const DEFAULT_STEP = DEFAULTS.evaluation.step;

/** @throws ERR_WSOL_ARGUMENT */
export function requireStep(step: unknown): number {
  if (typeof step === "number" && step >= SMALLEST_STEP && step <= 1) return step;
  throw invalidArgument("step", `a number from ${SMALLEST_STEP} to 1`, step);
}

/** Worker threads; 0 stands for all cores. @throws ERR_WSOL_ARGUMENT */
export function requireThreads(threads: unknown): number {
  if (Number.isInteger(threads) && (threads as number) >= 0 && (threads as number) <= 1024) return threads as number;
  throw invalidArgument("threads", "an integer from 0 (all cores) to 1024", threads);
}

/** @throws ERR_WSOL_ARGUMENT */
export function requireScoreMapArray(value: unknown, parameter: string): ScoreMapArray {
  if (types.isFloat32Array(value) || types.isFloat64Array(value)) return value;
  throw invalidArgument(parameter, "a Float32Array or Float64Array", value);
}

/** @throws ERR_WSOL_ARGUMENT */
export function requireSide(value: unknown, parameter: string): number {
  if (Number.isInteger(value) && (value as number) >= 1) return value as number;
  throw invalidArgument(parameter, "an integer, 1 or more", value);
}

/** The batch, once its sizes fit its data. @throws ERR_WSOL_ARGUMENT */
export function requireScoreMaps(maps: unknown): ScoreMapBatch {
  if (typeof maps !== "object" || maps === null) {
    throw invalidArgument("maps", "{ data, count, height, width }", maps);
  }
  const { data, count, height, width } = maps as Partial<ScoreMapBatch>;
  const array = requireScoreMapArray(data, "maps.data");
  if (!Number.isInteger(count) || (count as number) < 0) {
    throw invalidArgument("maps.count", "an integer, 0 or more", count);
  }
  const batch = {
    data: array,
    count: count as number,
    height: requireSide(height, "maps.height"),
    width: requireSide(width, "maps.width"),
  };
  const expected = batch.count * batch.height * batch.width;
  if (array.length !== expected) {
    throw invalidArgument(
      "maps.data",
      `${expected} values (${batch.count} x ${batch.height} x ${batch.width})`,
      array.length,
    );
  }
  return batch;
}
