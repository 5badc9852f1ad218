import { setTimeout as sleep } from "node:timers/promises";
import { IMAGE_STATES, type NativeImageFile } from "../../../native/metrics-addon";
import { type DecodedCache, type DecodeOne, fillRows, type Gathered } from "./decoded-cache";
import type { SourceStamps } from "./source-stamps";

/** How often to look for an image that another process is decoding. */
const POLL_MS = 5;
/** After which it is decoded here too: the other may have been halted. */
const PATIENCE_MS = 5000;

/**
 * Remembers in a file that processes and runs share. Each image is decoded by whoever finds it absent first; the others wait
 * for it. A batch is read from the mapped file into its own block, and nowhere else.
 */
export class DiskCache implements DecodedCache {
  #isWarned = false;

  constructor(
    private readonly file: NativeImageFile,
    private readonly stamps: SourceStamps,
    private readonly imageBytes: number,
    /** Called once, where an image is to be stored; null where the file may be written. */
    private readonly onReadOnly: (() => void) | null,
  ) {}

  async gather(indices: Int32Array, decode: DecodeOne, signal: AbortSignal): Promise<Gathered> {
    const { images, states } = await this.file.read(indices, await this.stamps.of(indices));
    const rowsOf = (state: number) => [...states.keys()].filter((row) => states[row] === state);
    const make = (row: number) => this.#decode(indices[row] as number, decode);
    const [failures, waited] = await Promise.all([
      fillRows(images, this.imageBytes, rowsOf(IMAGE_STATES.absent), make),
      fillRows(images, this.imageBytes, rowsOf(IMAGE_STATES.claimed), (row) =>
        this.#await(indices[row] as number, decode, signal),
      ),
    ]);
    signal.throwIfAborted();
    return { data: images, failures: new Map([...failures, ...waited]) };
  }

  close(): void {
    this.file.close();
  }

  /** What another is decoding. */
  async #await(index: number, decode: DecodeOne, signal: AbortSignal): Promise<Uint8Array> {
    const given = performance.now() + PATIENCE_MS;
    while (performance.now() < given) {
      await sleep(POLL_MS);
      signal.throwIfAborted();
      const one = Int32Array.of(index);
      const { images, states } = await this.file.read(one, await this.stamps.of(one));
      if (states[0] === IMAGE_STATES.held) return images;
      if (states[0] === IMAGE_STATES.absent) break;
    }
    return this.#decode(index, decode);
  }

  async #decode(index: number, decode: DecodeOne): Promise<Uint8Array> {
    try {
      const { pixels, source } = await decode(index);
      const stamp = this.stamps.set(index, source);
      if (this.onReadOnly !== null && !this.#isWarned) {
        this.#isWarned = true;
        this.onReadOnly();
      }
      await this.file.write(index, stamp, pixels);
      return pixels;
    } catch (error) {
      this.file.release(index);
      throw error;
    }
  }
}
