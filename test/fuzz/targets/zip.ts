import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { problemOfRelativePath } from "../../../lib/data/layout/relative-path";
import { openArchive } from "../../../lib/data/prepare/source/archive";
import type { Random } from "../../../lib/data/random";
import { FormatProblem } from "../../../lib/formats/problem";
import { madeUpZip, type ZipPart } from "../../support/made-up-zip";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const WORDS = [
  "PK\x01\x02",
  "PK\x03\x04",
  "PK\x05\x06",
  "../",
  "/",
  "\\",
  "\0",
  "\xff\xff\xff\xff",
  "\x7f\xff\xff\xff",
  "\x00\x00\x00\x00",
];

/** Zips with files and links, damaged anywhere: listed, and every entry read. */
export function zipTarget(): FuzzTarget & { close(): void } {
  const folder = mkdtempSync(join(tmpdir(), "wsol-fuzz-"));
  const file = join(folder, "fuzzed.zip");
  return {
    name: "zip",
    code: "ERR_WSOL_DATA",
    file,
    async feed(random) {
      const zip = madeUpZip(partsOf(random));
      writeFileSync(file, random.float() < 0.05 ? zip : mutate(zip, random, WORDS));
      const archive = await openArchive(file, {
        folder: "",
        mountInside: () => null,
        looksInto: () => false,
        onBytes: () => undefined,
      });
      try {
        for (const path of archive.entries.keys()) {
          const problem = problemOfRelativePath(path);
          if (problem !== null) throw new Error(`accepted ${JSON.stringify(path)}: ${problem}`);
        }
        await archive.visit(new Set(archive.entries.keys()), async (path, content) => {
          const size = content instanceof FormatProblem ? null : content.length;
          if (size !== null && size !== archive.entries.get(path)!.size)
            throw new Error(`read ${size} bytes of '${path}'`);
        });
      } finally {
        await archive.close();
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function partsOf(random: Random): ZipPart[] {
  return Array.from({ length: 1 + random.below(3) }, (_, index) => {
    const isLink = random.float() < 0.1;
    return {
      name: `${random.pick(["a", "b/c", "ünï", "x y"])}${index}`,
      content: isLink ? random.pick(["a0", "../a0", "/etc/passwd"]) : "z".repeat(random.below(300)),
      ...(isLink && { mode: 0o120777 }),
      ...(random.float() < 0.05 && { declaredSize: random.pick([0, 1, 2 ** 31, 2 ** 32 - 1]) }),
    };
  });
}
