import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { MemoryBudget } from "../../../../lib/formats/memory-budget";
import { FormatProblem } from "../../../../lib/formats/problem";
import { zipParts } from "../../../../lib/formats/zip/write-zip";
import { ZipArchive } from "../../../../lib/formats/zip/zip-archive";
import { caught } from "../../../support/caught";
import { madeUpZip } from "../../../support/made-up-zip";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();

const open = (bytes: Uint8Array) => new ZipArchive(bytes, new MemoryBudget(bytes.length));
const stored = (entries: Readonly<Record<string, string>>, alignment = 64) =>
  Buffer.concat([
    ...zipParts(
      Object.entries(entries).map(([name, content]) => ({ name, content: Buffer.from(content) })),
      alignment,
    ),
  ]);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

/** A copy with the bytes at the first `before` replaced. */
function patched(bytes: Uint8Array, at: number, value: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(value, at);
  return copy;
}

describe("ZipArchive", () => {
  test("gives stored entries as views, aligned as they were written", async () => {
    const bytes = stored({ "a/data.pkl": "first", empty: "", "größe/日本": "third" });
    const archive = open(bytes);
    expect(archive.names).toEqual(["a/data.pkl", "empty", "größe/日本"]);
    expect(latin1(await archive.read("a/data.pkl"))).toBe("first");
    expect(await archive.read("empty")).toHaveLength(0);
    const third = await archive.read("größe/日本");
    expect(latin1(third)).toBe("third");
    expect(third.buffer).toBe(bytes.buffer);
    expect((third.byteOffset - bytes.byteOffset) % 64).toBe(0);
  });

  test("unpacks deflated entries, once", async () => {
    const archive = open(
      madeUpZip([
        { name: "x", content: "hello ".repeat(1000) },
        { name: "none", content: "" },
      ]),
    );
    const content = await archive.read("x");
    expect(latin1(content)).toBe("hello ".repeat(1000));
    expect(await archive.read("x")).toBe(content);
    expect(await archive.read("none")).toHaveLength(0);
  });

  test("finds the directory before a comment, also one that looks like an end", async () => {
    const bytes = stored({ a: "b" });
    const comment = Buffer.from("PK\x05\x06 not the end of it", "latin1");
    const withComment = Buffer.concat([patched(bytes, bytes.length - 2, [comment.length, 0]), comment]);
    expect(open(withComment).names).toEqual(["a"]);
  });

  test("names that lead out of a folder are names like others", async () => {
    const archive = open(stored({ "../../etc/passwd": "x", "/etc/passwd": "y", "C:\\x": "z" }));
    expect(latin1(await archive.read("../../etc/passwd"))).toBe("x");
    expect(archive.names).toHaveLength(3);
  });

  test("an archive without entries is read", () => {
    expect(open(stored({})).names).toEqual([]);
  });

  test("more entries than 16 bits can count are read by the zip64 record", async () => {
    const contents = Array.from({ length: 70_000 }, (_, index) => ({
      name: `${index}`,
      content: Buffer.from([index & 255]),
    }));
    const archive = open(Buffer.concat([...zipParts(contents, 1)]));
    expect(archive.names).toHaveLength(70_000);
    expect([...(await archive.read("69999"))]).toEqual([69_999 & 255]);
  });

  const good = stored({ name: "content" }, 1);
  const central = good.indexOf("PK\x01\x02");
  const two = stored({ aa: "1", ab: "2" }, 1);
  const doubled = patched(two, two.lastIndexOf("ab") + 1, ["a".charCodeAt(0)]);
  const lying = madeUpZip([{ name: "bomb", content: "0".repeat(10_000), declaredSize: 100 }]);
  const short = madeUpZip([{ name: "short", content: "0".repeat(10), declaredSize: 100 }]);
  const packed = madeUpZip([{ name: "x", content: "hello hello" }]);

  test.each<[string, Uint8Array, string]>([
    ["nothing", Buffer.alloc(0), "its end is missing"],
    ["a cut", good.subarray(0, -1), "its end is missing"],
    ["two entries of one name", doubled, "it has two entries 'aa'"],
    ["a directory beyond the file", patched(good, good.length - 6, [255, 255, 255, 127]), "lies outside the file"],
    ["more entries than fit", patched(good, good.length - 12, [255, 127]), "lies outside the file"],
    ["a directory that is none", patched(good, good.length - 6, [1]), "entry 0 of its directory is missing"],
    ["a name beyond the directory", patched(good, central + 28, [255, 255]), "its directory is truncated"],
    ["sizes of zip64 that are missing", patched(good, central + 20, [255, 255, 255, 255]), "larger than the file"],
  ])("refuses %s", async (_, bytes, words) => {
    const error = await caught(async () => {
      const archive = open(bytes);
      for (const name of archive.names) await archive.read(name);
    });
    expect(error).toBeInstanceOf(FormatProblem);
    expect(error.message).toMatch(new RegExp(words));
  });

  test.each<[string, Uint8Array, string]>([
    ["an absent entry", good, "it has no entry"],
    ["an encrypted entry", patched(good, central + 8, [1]), "it is encrypted"],
    ["another compression", patched(good, central + 10, [93]), "compression method 93 is not supported"],
    ["a wrong checksum", patched(good, central + 16, [1, 2, 3, 4]), "its checksum is wrong"],
    ["damaged content", patched(good, good.indexOf("content"), [0]), "its checksum is wrong"],
    ["a stored entry of two sizes", patched(good, central + 24, [9]), "its two sizes disagree"],
    ["content beyond the file", patched(good, central + 20, [110, 0, 0, 0, 110]), "it ends beyond the file"],
    ["an offset beyond the file", patched(good, central + 42, [255, 255]), "it lies outside the file"],
    ["a header that is none", patched(good, central + 42, [1]), "its header is missing"],
    ["a bomb that unpacks to more than it says", lying, "it unpacks to more than 100 bytes"],
    ["content shorter than it says", short, "expected 100 bytes unpacked, got 10"],
    ["damaged packed data", patched(packed, packed.indexOf("x") + 1, [255, 255]), "its packed data is damaged"],
  ])("refuses to read %s", async (kind, bytes, words) => {
    const archive = open(bytes);
    const error = await caught(() => archive.read(kind === "an absent entry" ? "absent" : archive.names[0]!));
    expect(error).toBeInstanceOf(FormatProblem);
    expect(error.message).toContain(words);
  });

  test("a bomb that says what it unpacks to is refused before it is unpacked", async () => {
    const bomb = madeUpZip([{ name: "bomb", content: Buffer.alloc(200 * 2 ** 20) }]);
    expect(bomb.length).toBeLessThan(2 ** 18);
    const error = await caught(() => open(bomb).read("bomb"));
    expect(error.message).toContain("needs 209715200 bytes, far more than the file has");
  });

  test("many entries that unpack to much together are refused, each of which would pass", async () => {
    const contents = Array.from({ length: 20 }, (_, index) => ({
      name: `${index}`,
      content: Buffer.alloc(10 * 2 ** 20),
    }));
    const archive = open(madeUpZip(contents));
    const error = await caught(async () => {
      for (const name of archive.names) await archive.read(name);
    });
    expect(error.message).toContain("far more than the file has");
  });

  test("entries in one place, as in an overlapping bomb, are refused before any is read", async () => {
    const bytes = stored({ "0": "x".repeat(10_000), "1": "" }, 1);
    const second = bytes.lastIndexOf("PK\x01\x02");
    bytes.copy(bytes, second + 16, bytes.indexOf("PK\x01\x02") + 16, bytes.indexOf("PK\x01\x02") + 28);
    bytes.writeUInt32LE(0, second + 42);
    expect((await caught(() => open(bytes))).message).toContain("its entries are larger than the file");
  });

  test("a checksum of 0 is none, as PyTorch writes it when it is told to compute none", async () => {
    const bytes = patched(good, central + 16, [0, 0, 0, 0]);
    expect(latin1(await open(bytes).read("name"))).toBe("content");
  });
});

describe("zipParts", () => {
  test("writes what Python's zipfile finds whole", () => {
    const path = join(folder, "written.zip");
    writeFileSync(path, stored({ "a/b": "one", größe: "two" }));
    const python = execPython(["-m", "zipfile", "-t", path]);
    if (python !== null) expect(python).toContain("Done testing");
  });
});

function execPython(args: readonly string[]): string | null {
  try {
    return execFileSync("python3", args, { encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
