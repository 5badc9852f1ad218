import { invalidArgument, isWsolError, WsolError } from "../../errors";
import { requireScoreMaps } from "../../metrics/score-map-batch";

/** The rows of a batch as images of the split. @throws ERR_WSOL_ARGUMENT on a wrong number, position or size, or an image counted before */
export function checkBatch(
  ids: readonly string[],
  isCounted: Uint8Array,
  indices: readonly number[],
  maps: unknown,
  mapSize: readonly [height: number, width: number] | null,
): void {
  const { count, height, width } = requireScoreMaps(maps);
  if (indices.length !== count) throw invalidArgument("indices", `${count}, one per score map`, indices.length);
  const once = new Set<number>();
  for (const image of indices) {
    if (ids[image] === undefined) throw invalidArgument("indices", `positions from 0 to ${ids.length - 1}`, image);
    if (isCounted[image] === 1 || once.has(image)) throw invalidArgument("indices", "each image once", ids[image]);
    once.add(image);
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

/** A score map that the metrics refused by its row in the batch (`details.index`), by its image and name instead. */
export function namedRefusal(error: unknown, ids: readonly string[], nameOf: (id: string) => string): unknown {
  if (!isWsolError(error, "ERR_WSOL_SCORE_MAP")) return error;
  const id = ids[error.details.index as number];
  if (id === undefined) return error;
  const name = nameOf(id);
  return new WsolError("ERR_WSOL_SCORE_MAP", `the score map '${name}' is refused: ${error.message}`, {
    details: { ...error.details, image: id, name },
    ...(error.fix !== undefined && { fix: error.fix }),
    cause: error,
  });
}
