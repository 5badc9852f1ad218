import { gunzipSync, gzipSync } from "node:zlib";
import { problemOfRelativePath } from "../../../lib/data/layout/relative-path";
import { named } from "../../../lib/data/prepare/source/archive";
import { EntryList } from "../../../lib/data/prepare/source/entry-list";
import { filesOfTar } from "../../../lib/data/prepare/source/tar-entries";
import type { Random } from "../../../lib/data/random";
import { StreamBytes } from "../../../lib/formats/byte-reader";
import { FormatProblem } from "../../../lib/formats/problem";
import { madeUpTar, paxRecord, type TarPart } from "../../support/sources/hostile";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const FILE = "fuzzed.tar";
const LIMIT = 2 ** 20;
const BLOCK = 512;
const WORDS = [
  "../",
  "/",
  "./",
  "\\",
  "\0",
  "ustar\0",
  "ustar  \0",
  "path=",
  "size=",
  "77777777777\0",
  "\x80\xff\xff\xff",
  "L",
  "x",
  "2",
];

/** Tars of every kind of entry, also within each other: damaged, with checksums made right again or not, or damaged when gzipped. */
export const tarTarget: FuzzTarget = {
  name: "tar",
  code: "ERR_WSOL_DATA",
  file: FILE,
  feed: (random) =>
    named(FILE, async () => {
      const bytes = damaged(madeUpTar(partsOf(random, 2), { end: random.float() < 0.8 }), random);
      const list = new EntryList<null>();
      const reader = new StreamBytes(chunksOf(bytes, 1 + random.below(900)), LIMIT);
      const mounts = { folder: "", mountInside: (path: string) => (random.float() < 0.7 ? path : null) };
      for await (const { folder, name, size, content } of filesOfTar(reader, mounts)) {
        list.add(folder, name, size, null);
        if (random.float() < 0.5) await content.take(random.below(2) * Math.min(size, LIMIT));
      }
      for (const path of list.places.keys()) {
        const problem = problemOfRelativePath(path);
        if (problem !== null) throw new Error(`accepted ${JSON.stringify(path)}: ${problem}`);
      }
    }),
};

function partsOf(random: Random, depth: number): TarPart[] {
  return Array.from({ length: 1 + random.below(4) }, (_, index): TarPart => {
    const name = `${random.pick(["a", "b/c", "ünï", "x y", "./d"])}${index}`;
    const content = "z".repeat(random.below(700));
    switch (random.below(8)) {
      case 0:
        return { name, type: "5" };
      case 1:
        return { name, type: random.pick(["1", "2"]), target: random.pick(["a0", "../a0", "/etc", "b/../../.."]) };
      case 2:
        return {
          name,
          type: "x",
          content: paxRecord(random.pick(["path", "size", "linkpath", "mtime"]), random.pick(["p/q", "12", "-3"])),
        };
      case 3:
        return { name, type: random.pick(["L", "K"]), content: `${"long/".repeat(random.below(40))}name\0` };
      case 4:
        return depth > 0 ? { name: `${name}.tar`, content: madeUpTar(partsOf(random, depth - 1)) } : { name, content };
      default:
        return { name, content };
    }
  });
}

function damaged(tar: Buffer, random: Random): Buffer {
  const how = random.float();
  if (how < 0.2) return tar;
  if (how < 0.4) return mutate(tar, random, WORDS);
  // Seldom: what the synchronous calls of zlib hold is freed late.
  return how < 0.45 ? throughGzip(tar, random) : withRightSums(mutateHeader(tar, random));
}

function throughGzip(tar: Buffer, random: Random): Buffer {
  try {
    return gunzipSync(mutate(gzipSync(tar, { level: 1 }), random, []), { maxOutputLength: LIMIT });
  } catch (error) {
    throw new FormatProblem((error as Error).message);
  }
}

/** Changes a few bytes of one block, where it is not the checksum. */
function mutateHeader(tar: Buffer, random: Random): Buffer {
  const block = BLOCK * random.below(tar.length / BLOCK);
  const mutated = Buffer.from(tar);
  for (let count = 1 + random.below(4); count > 0; count--) {
    const field = random.pick([0, 100, 124, 156, 157, 257, 345]);
    const word = Buffer.from(random.pick(WORDS), "latin1");
    word.copy(mutated, block + field + random.below(12));
  }
  return mutated;
}

function withRightSums(tar: Buffer): Buffer {
  for (let at = 0; at + BLOCK <= tar.length; at += BLOCK) {
    const header = tar.subarray(at, at + BLOCK);
    if (!header.subarray(148, 156).toString("latin1").endsWith("\0 ")) continue;
    header.write("        ", 148, "latin1");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  }
  return tar;
}

async function* chunksOf(bytes: Buffer, length: number): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
