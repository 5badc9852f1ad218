import { invalidArgument, isWsolError, WsolError } from "../../errors";
import { requireScoreMaps } from "../../metrics/score-map-batch";

/** The rows of a batch as pairs of the split. @throws ERR_WSOL_ARGUMENT on a wrong number, position or size, or a pair counted before */
export function checkBatch(
  nameOf: (pair: number) => string,
  isCounted: Uint8Array,
  pairs: readonly number[],
  maps: unknown,
  mapSize: readonly [height: number, width: number] | null,
): void {
  const { count, height, width } = requireScoreMaps(maps);
  if (pairs.length !== count) throw invalidArgument("pairs", `${count}, one per score map`, pairs.length);
  const once = new Set<number>();
  for (const pair of pairs) {
    const mark = isCounted[pair];
    if (mark === undefined) throw invalidArgument("pairs", `positions from 0 to ${isCounted.length - 1}`, pair);
    if (mark === 1 || once.has(pair)) throw invalidArgument("pairs", "each image once", nameOf(pair));
    once.add(pair);
  }
  if (mapSize !== null && (mapSize[0] !== height || mapSize[1] !== width)) {
    throw invalidArgument("maps", `score maps of ${mapSize[0]} x ${mapSize[1]}`, `${height} x ${width}`);
  }
}

/** All updates come with predictions, or none does. @throws ERR_WSOL_ARGUMENT */
export function checkAlike(before: boolean, now: boolean): void {
  if (before === now) return;
  throw invalidArgument(
    "predictions",
    before ? "predictions, as before" : "null, as before",
    now ? "predictions" : null,
  );
}

/** How a message names the score map of a pair, and the image it is of. */
export interface MapNames {
  readonly image: (pair: number) => string;
  readonly map: (pair: number) => string;
}

/** A score map that the metrics refused by its row in the batch (`details.index`), by its image and name instead. */
export function namedRefusal(error: unknown, pairs: readonly number[], names: MapNames): unknown {
  if (!isWsolError(error, "ERR_WSOL_SCORE_MAP")) return error;
  const pair = pairs[error.details.index as number];
  if (pair === undefined) return error;
  const [id, name] = [names.image(pair), names.map(pair)];
  return new WsolError("ERR_WSOL_SCORE_MAP", `the score map '${name}' is refused: ${error.message}`, {
    details: { ...error.details, image: id, name },
    ...(error.fix !== undefined && { fix: error.fix }),
    cause: error,
  });
}
