import type { ScoreMapBatch } from "../../native/metrics-addon";
import type { ScoreMap } from "./score-map-file";

/** A batch ends with this many maps or values, whichever comes first: enough work for all cores, little memory. */
const MOST_MAPS = 64;
const MOST_VALUES = 2 ** 21;

/** Score maps of consecutive images of one size, with the images' positions. */
export interface IndexedMaps extends ScoreMapBatch {
  readonly indices: readonly number[];
}

/** Joins consecutive maps of one size and precision to batches of bounded size, in order. */
export async function* batchesOfMaps(
  maps: AsyncIterable<ScoreMap & { readonly index: number }>,
): AsyncGenerator<IndexedMaps> {
  let pending: (ScoreMap & { readonly index: number })[] = [];
  for await (const map of maps) {
    const [first] = pending;
    const isFull = pending.length >= MOST_MAPS || (pending.length + 1) * map.data.length > MOST_VALUES;
    if (first !== undefined && (isFull || !isAlike(first, map))) {
      yield joined(pending);
      pending = [];
    }
    pending.push(map);
  }
  if (pending.length > 0) yield joined(pending);
}

function isAlike(a: ScoreMap, b: ScoreMap): boolean {
  return a.width === b.width && a.height === b.height && a.data.BYTES_PER_ELEMENT === b.data.BYTES_PER_ELEMENT;
}

function joined(maps: readonly (ScoreMap & { readonly index: number })[]): IndexedMaps {
  const { width, height, data: first } = maps[0]!;
  const length = maps.length * width * height;
  const data = first.BYTES_PER_ELEMENT === 4 ? new Float32Array(length) : new Float64Array(length);
  maps.forEach((map, row) => {
    data.set(map.data, row * width * height);
  });
  return { data, count: maps.length, height, width, indices: maps.map(({ index }) => index) };
}
