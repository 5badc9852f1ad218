import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readElf } from "../../../../../lib/native/libtorch/find/elf";
import { madeUpElf } from "../../../../support/made-up-elf";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();

function write(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("readElf", () => {
  it("reads the needed libraries in their order, the soname, the search path and the machine", () => {
    const needed = ["libc10.so", "libcudart.so.13", "libc.so.6"];
    const path = write("a.so", madeUpElf({ needed, soname: "libx.so.1", runpath: "$ORIGIN:/opt/lib", machine: 183 }));
    expect(readElf(path)).toEqual({ arch: "arm64", soname: "libx.so.1", needed, searchPath: ["$ORIGIN", "/opt/lib"] });
  });

  it("agrees with what this very process is linked against", () => {
    const facts = readElf(process.execPath);
    if (process.platform !== "linux") {
      expect(facts).toBeUndefined();
      return;
    }
    expect(facts?.arch).toBe(process.arch);
    expect(facts?.needed).toContain("libc.so.6");
  });

  it("returns undefined for a file that is not ELF, and for an empty one", () => {
    expect(readElf(write("text", Buffer.from("words, and more words")))).toBeUndefined();
    expect(readElf(write("empty", Buffer.alloc(0)))).toBeUndefined();
  });

  it("rejects a file that is cut off at any length with an error, never with nonsense", () => {
    const whole = madeUpElf({ needed: ["libc10.so"], soname: "libx.so" });
    for (let length = 64; length < whole.length; length += 1) {
      const path = write("cut", whole.subarray(0, length));
      expect(() => readElf(path)).toThrow(/truncated|outside the string table|damaged/);
    }
  });

  it("rejects offsets that point outside the file", () => {
    const bytes = madeUpElf({ needed: ["libc10.so"] });
    bytes.writeBigUInt64LE(2n ** 63n, 32);
    expect(() => readElf(write("far", bytes))).toThrow("outside the file");
  });
});
