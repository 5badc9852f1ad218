import { join } from "node:path";
import { Limiter } from "../../data/limiter";
import type { Split } from "../../data/split";
import type { ScoreMapBatch } from "../../native/metrics-addon";
import { readTrueMask } from "./mask";
import { packedBytes, packMask, unpackMask } from "./packed-mask";

const FILES_AT_ONCE = 4;
/** Of packed masks: twenty thousand of 224 x 224. */
const MOST_BYTES = 2 ** 28;

interface KeptMask {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly packed: Uint8Array;
}

/**
 * The masks of splits, for the evaluations of one run: each is read and brought to the score maps' size once, then kept, two
 * bits a pixel, as far as memory allows. Files are unpacked on Node's thread pool.
 */
export class TrueMasks {
  /** By the ids, which a split shares with one made of it; then by pair. */
  readonly #kept = new Map<Split["ids"], Map<number, KeptMask>>();
  #bytesLeft: number;

  constructor(mostBytes = MOST_BYTES) {
    this.#bytesLeft = mostBytes;
  }

  /**
   * The masks of some pairs, one after the other, of the size of their maps.
   * @param folder Of the split's mask paths.
   * @throws ERR_WSOL_MASK naming the file and the reason
   */
  async read(
    split: Split,
    folder: string,
    pairs: readonly number[],
    { width, height }: Pick<ScoreMapBatch, "width" | "height">,
  ): Promise<Uint8Array> {
    const masks = new Uint8Array(pairs.length * height * width);
    const limiter = new Limiter(FILES_AT_ONCE);
    const readings = pairs.map(async (pair, row) => {
      const target = masks.subarray(row * height * width, (row + 1) * height * width);
      const kept = this.#kept.get(split.ids)?.get(pair);
      if (kept !== undefined && kept.path === folder && kept.width === width && kept.height === height) {
        unpackMask(kept.packed, target);
        return;
      }
      target.set(await limiter.run(() => readTrueMask(split.masks![pair]!, folder, width, height)));
      this.#keep(split, pair, { path: folder, width, height }, target);
    });
    await Promise.all(readings);
    return masks;
  }

  #keep(split: Split, pair: number, of: Omit<KeptMask, "packed">, mask: Uint8Array): void {
    const ofSplit = this.#kept.get(split.ids) ?? new Map<number, KeptMask>();
    this.#kept.set(split.ids, ofSplit);
    const needed = packedBytes(mask.length) - (ofSplit.get(pair)?.packed.length ?? 0);
    if (needed > this.#bytesLeft) return;
    this.#bytesLeft -= needed;
    ofSplit.set(pair, { ...of, packed: packMask(mask) });
  }
}

/** Where a split's masks lie: `masks` of the data set, unless another folder is given. */
export function masksFolder(split: Split, given: string | undefined): string {
  return given ?? join(split.root, "masks");
}
