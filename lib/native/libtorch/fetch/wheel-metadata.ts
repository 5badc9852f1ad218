import type { Readable } from "node:stream";
import type { Archive } from "./archive";

/** What a wheel says about itself in its `.dist-info`; empty for an archive that is no wheel. */
export interface WheelMetadata {
  /** Name of an entry → its sha256 in base64url, from RECORD. */
  readonly hashes: ReadonlyMap<string, string>;
  /** `Requires-Dist` lines without environment markers; those of optional extras are left out. */
  readonly requirements: readonly string[];
}

export async function readWheelMetadata(archive: Archive): Promise<WheelMetadata> {
  const names = [...archive.entries.keys()];
  const record = names.find((name) => /^[^/]+\.dist-info\/RECORD$/.test(name));
  const metadata = names.find((name) => /^[^/]+\.dist-info\/METADATA$/.test(name));
  return {
    hashes: record === undefined ? new Map() : parseRecord(await readText(await archive.open(record))),
    requirements: metadata === undefined ? [] : parseRequirements(await readText(await archive.open(metadata))),
  };
}

/** Lines of `path,sha256=…,size`; a path with a comma is quoted. */
export function parseRecord(text: string): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^(?:"((?:[^"]|"")+)"|([^",]+)),sha256=([\w-]+)=*,\d*$/.exec(line);
    if (match) hashes.set(match[1]?.replaceAll('""', '"') ?? match[2]!, match[3]!);
  }
  return hashes;
}

export function parseRequirements(metadata: string): string[] {
  const headers = metadata.split(/\r?\n\r?\n/)[0]!.split(/\r?\n/);
  return headers
    .map((line) => /^Requires-Dist: ([^;]+)(;.*)?$/.exec(line))
    .filter((match) => match !== null && !/\bextra\s*==/.test(match[2] ?? ""))
    .map((match) => match![1]!.trim().replace(/\s*\(([^)]*)\)$/, "$1"));
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
