import { FormatProblem } from "./problem";

const FREE_BYTES = 2 ** 26;
const BYTES_PER_FILE_BYTE = 8;

/**
 * Memory that reading a file may take beside the file's own bytes, for what is unpacked or copied: generous for any honest
 * file of weights, and never more than 64 MiB and eight times the file's size.
 */
export class MemoryBudget {
  #left: number;

  constructor(fileBytes: number) {
    this.#left = FREE_BYTES + BYTES_PER_FILE_BYTE * fileBytes;
  }

  /** @throws FormatProblem when less is left; `what` says for what it is asked */
  take(bytes: number, what: string): void {
    if (bytes > this.#left) throw new FormatProblem(`${what} needs ${bytes} bytes, far more than the file has`);
    this.#left -= bytes;
  }
}
