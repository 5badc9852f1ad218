import { detach } from "../../../native/detach";
import type { FileFacts } from "../read-image-file";

/** A decoded image. */
export interface Decoded {
  /** side x side x 3 */
  readonly pixels: Uint8Array;
  /** Of the file that was read. */
  readonly source: FileFacts;
}

/** Decodes and resizes image `index` of the split. */
export type DecodeOne = (index: number) => Promise<Decoded>;

/** The images of one batch. */
export interface Gathered {
  /** In the order asked for, one after the other; a block of its own, never reused. */
  readonly data: Uint8Array;
  /** Why an image could not be had, by its place in the batch. Nothing is remembered of it: the next batch tries again. */
  readonly failures: ReadonlyMap<number, unknown>;
}

/** What remembers the decoded images of one split, resized to one side. */
export interface DecodedCache {
  /**
   * The images of a batch; `decode` makes those that are not held. Rejects when `signal` aborts and where the cache itself
   * fails, but not for an image that cannot be decoded.
   */
  gather(indices: Int32Array, decode: DecodeOne, signal: AbortSignal): Promise<Gathered>;
  /** Batches under way are finished. Idempotent. */
  close(): void;
}

/** Moves what `make` returns into these rows of `data`, all at once, and tells which failed. */
export async function fillRows(
  data: Uint8Array,
  imageBytes: number,
  rows: readonly number[],
  make: (row: number) => Promise<Uint8Array>,
): Promise<Map<number, unknown>> {
  const failures = new Map<number, unknown>();
  // All are awaited, so that which failures are reported does not depend on which came first.
  await Promise.all(
    rows.map((row) =>
      make(row).then(
        (image) => {
          data.set(image, row * imageBytes);
          detach(image);
        },
        (error) => void failures.set(row, error),
      ),
    ),
  );
  return failures;
}
