import type { Config } from "../../../config/schema";
import type { Split } from "../../split";
import { cachePath } from "./cache-place";
import type { DecodedCache } from "./decoded-cache";
import { DiskCache } from "./disk-cache";
import { MemoryCache } from "./memory-cache";
import { openImageFile } from "./open-image-file";
import { SourceStamps } from "./source-stamps";

export type CacheKind = Config["data"]["cache"];

/** What a cache is to hold, and with what. */
export interface CacheRequest {
  readonly split: Split;
  readonly side: number;
  /** Bytes left to the caches in memory of one loader together. */
  readonly memory: { bytes: number };
  readonly cacheDir: string | null;
  /** Says how images are decoded and resized. */
  readonly form: string;
  readonly onWarning: (message: string) => void;
  readonly signal: AbortSignal;
}

/** A row for each value of `data.cache`. */
const CACHES: Readonly<Record<CacheKind, (request: CacheRequest) => Promise<DecodedCache>>> = {
  memory: async ({ split, side, memory }) => {
    const cache = new MemoryCache(split.ids.length, bytesOf(side), memory.bytes);
    memory.bytes -= cache.maxBytes;
    return cache;
  },
  disk: async ({ split, side, cacheDir, form, onWarning, signal }) => {
    const path = await cachePath(split, side, cacheDir);
    const imageBytes = bytesOf(side);
    const { file, isWritable } = await openImageFile(path, { count: split.ids.length, imageBytes }, signal);
    const warn = () => onWarning(`'${path}' may not be written: images that it lacks are decoded each time`);
    return new DiskCache(file, new SourceStamps(split, form), imageBytes, isWritable ? null : warn);
  },
  none: async ({ split, side }) => new MemoryCache(split.ids.length, bytesOf(side), 0),
};

export function openCache(kind: CacheKind, request: CacheRequest): Promise<DecodedCache> {
  return CACHES[kind](request);
}

const CHANNELS = 3;

function bytesOf(side: number): number {
  return side * side * CHANNELS;
}
