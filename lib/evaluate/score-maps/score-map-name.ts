import type { Pairs } from "../../data/pairs";
import type { Split } from "../../data/split";

/** What the score map of a pair is named after, without `.npy`: the image's id; in a multi-label set `<image id>.<class>`. */
export function scoreMapName({ ids, labels, labelOffsets }: Split, pairs: Pairs, pair: number): string {
  const id = ids[pairs.imageOf(pair)]!;
  return labelOffsets === null ? id : `${id}.${labels[pair]}`;
}
