import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import type { MemoryBudget } from "../memory-budget";
import { printableName } from "../printable";
import { FormatProblem } from "../problem";
import { readZipDirectory, type ZipEntry } from "./zip-directory";
import { DEFLATED, LOCAL_BYTES, LOCAL_SIGNATURE, STORED } from "./zip-layout";

const inflateRawAsync = promisify(inflateRaw);

/**
 * A zip archive held in memory, read at random. Names are only compared, never used as paths, so that `..` and absolute
 * ones do no harm. Entries do not overlap, and what unpacking them costs is bounded by the budget.
 */
export class ZipArchive {
  readonly #bytes: Uint8Array;
  readonly #budget: MemoryBudget;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  readonly #contents = new Map<string, Uint8Array>();

  /** Reads the directory. @throws FormatProblem */
  constructor(bytes: Uint8Array, budget: MemoryBudget) {
    this.#bytes = bytes;
    this.#budget = budget;
    this.#entries = readZipDirectory(bytes);
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /**
   * The content of an entry: a view of the archive's bytes where it is stored, unpacked where it is deflated; its checksum
   * is verified. Asked for again, the same bytes. @throws FormatProblem
   */
  async read(name: string): Promise<Uint8Array> {
    const known = this.#contents.get(name);
    if (known !== undefined) return known;
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new FormatProblem(`it has no entry ${printableName(name)}`);
    const content = await this.#unpack(entry);
    // PyTorch writes 0 when it is told to compute no checksums.
    if (entry.crc !== 0 && crc32(content) !== entry.crc) throw damaged(entry, "its checksum is wrong");
    this.#contents.set(name, content);
    return content;
  }

  async #unpack(entry: ZipEntry): Promise<Uint8Array> {
    const packed = this.#packed(entry);
    if (entry.method === STORED) {
      if (entry.bytes !== entry.packedBytes) throw damaged(entry, "its two sizes disagree");
      return packed;
    }
    if (entry.method !== DEFLATED) throw damaged(entry, `its compression method ${entry.method} is not supported`);
    this.#budget.take(entry.bytes, `unpacking ${printableName(entry.name)}`);
    // An output limit of 0 would mean none.
    const options = {
      maxOutputLength: Math.max(entry.bytes, 1),
      chunkSize: Math.min(Math.max(entry.bytes, 64), 2 ** 20),
    };
    const content = await inflateRawAsync(packed, options).catch((cause) => {
      const isTooLong = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
      throw damaged(entry, isTooLong ? `it unpacks to more than ${entry.bytes} bytes` : "its packed data is damaged");
    });
    if (content.length !== entry.bytes) {
      throw damaged(entry, `expected ${entry.bytes} bytes unpacked, got ${content.length}`);
    }
    return content;
  }

  #packed(entry: ZipEntry): Uint8Array {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    const { offset, packedBytes } = entry;
    if (entry.isEncrypted) throw damaged(entry, "it is encrypted");
    if (offset + LOCAL_BYTES > byteLength) throw damaged(entry, "it lies outside the file");
    const header = new DataView(buffer, byteOffset + offset, LOCAL_BYTES);
    if (header.getUint32(0, true) !== LOCAL_SIGNATURE) throw damaged(entry, "its header is missing");
    const start = offset + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
    if (start + packedBytes > byteLength) throw damaged(entry, "it ends beyond the file");
    return this.#bytes.subarray(start, start + packedBytes);
  }
}

function damaged({ name }: ZipEntry, reason: string): FormatProblem {
  return new FormatProblem(`its zip entry ${printableName(name)} cannot be read: ${reason}`);
}
