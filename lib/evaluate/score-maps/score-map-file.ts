import { readFile, stat } from "node:fs/promises";
import { WsolError } from "../../errors";
import { decodeNpy } from "../../formats/npy";
import { FormatProblem } from "../../formats/problem";
import type { ScoreMapArray } from "../../native/metrics-addon";

/** A score map as read from a file: row after row, in the precision of the file. */
export interface ScoreMap {
  readonly data: ScoreMapArray;
  readonly width: number;
  readonly height: number;
}

/** Larger maps are refused before their memory is asked for: 4096 x 4096. */
export const MAX_SCORE_MAP_PIXELS = 2 ** 24;
const MAX_FILE_BYTES = MAX_SCORE_MAP_PIXELS * 8 + 2 ** 16;

/**
 * Reads a 2-D score map from a `.npy` file. The values are not looked at; the metrics refuse NaN and what lies outside
 * [0, 1]. @throws ERR_WSOL_SCORE_MAP naming the file and the reason
 */
export async function readScoreMap(path: string): Promise<ScoreMap> {
  return decodeScoreMap(await readBounded(path), path);
}

/** As {@link readScoreMap}, from the bytes of a file; `name` stands in the error. */
export function decodeScoreMap(bytes: Uint8Array, name: string): ScoreMap {
  try {
    const { data, shape } = decodeNpy(bytes, checkShape);
    return { data, width: shape[1]!, height: shape[0]! };
  } catch (cause) {
    if (!(cause instanceof FormatProblem)) throw cause;
    throw unreadable(name, cause.message);
  }
}

function checkShape(shape: readonly number[]): void {
  const [height, width] = shape;
  if (shape.length !== 2 || height === undefined || width === undefined) {
    throw new FormatProblem(`expected a 2-D array, got ${shape.length}-D`);
  }
  if (height < 1 || width < 1) {
    throw new FormatProblem(`expected at least one pixel, got the shape (${height}, ${width})`);
  }
  if (height > MAX_SCORE_MAP_PIXELS || width > MAX_SCORE_MAP_PIXELS || height * width > MAX_SCORE_MAP_PIXELS) {
    throw new FormatProblem(`expected at most ${MAX_SCORE_MAP_PIXELS} pixels, got the shape (${height}, ${width})`);
  }
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new FormatProblem("it is no file");
    if (found.size > MAX_FILE_BYTES) {
      throw new FormatProblem(`expected a file of at most ${MAX_FILE_BYTES} bytes, got ${found.size}`);
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof FormatProblem) throw unreadable(path, cause.message);
    const { code } = cause as NodeJS.ErrnoException;
    throw unreadable(path, code === "ENOENT" ? "there is no such file" : (code ?? String(cause)), cause);
  }
}

function unreadable(path: string, reason: string, cause?: unknown): WsolError {
  return new WsolError("ERR_WSOL_SCORE_MAP", `cannot read the score map '${path}': ${reason}`, {
    details: { path, reason },
    ...(cause !== undefined && { cause }),
  });
}
