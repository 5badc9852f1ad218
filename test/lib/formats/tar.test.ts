import { StreamBytes } from "../../../lib/formats/byte-reader";
import { FormatProblem } from "../../../lib/formats/problem";
import { walkTar } from "../../../lib/formats/tar";
import { caught } from "../../support/caught";
import { madeUpTar, paxRecord, type TarPart } from "../../support/sources/hostile";
import { tarOf } from "../../support/sources/tree";

/** In chunks of 100 bytes, so that headers and contents lie across them. */
async function* chunks(bytes: Buffer, length = 100): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(bytes: Buffer): Promise<Record<string, string>> {
  const reader = new StreamBytes(chunks(bytes), 2 ** 24);
  const found: Record<string, string> = {};
  for await (const { name, type, size, target } of walkTar(reader)) {
    found[name] = type === "file" ? (await reader.take(size)).toString() : `${type} ${target}`.trim();
  }
  return found;
}

test("reads what tar-stream writes: long names, letters that are no ASCII, folders, empty files", async () => {
  const long = `${"folder/".repeat(30)}long name.jpg`;
  const tree = { "a/": "", "a/b.txt": "content", "a/ünïcode Dück.jpg": "x".repeat(700), empty: "", [long]: "far" };
  expect(await read(await tarOf(tree))).toEqual({ ...tree, "a/": "folder" });
});

test("reads names and sizes of pax, of GNU and of the old format", async () => {
  const parts: TarPart[] = [
    {
      name: "pax",
      type: "x",
      content: paxRecord("path", "from/pax") + paxRecord("size", "3") + paxRecord("mtime", "1.5"),
    },
    { name: "short", content: "abc", size: 999 },
    { name: "global", type: "g", content: paxRecord("comment", "by git") },
    { name: "././@LongLink", type: "L", content: "from/gnu\0" },
    { name: "short", content: "def" },
    { name: "link", type: "2", target: "a/b" },
    { name: "old/", type: "\0" },
    { name: "old/file", type: "\0", content: "ghi" },
  ];
  expect(await read(madeUpTar(parts))).toEqual({
    "from/pax": "abc",
    "from/gnu": "def",
    link: "link a/b",
    "old/": "folder",
    "old/file": "ghi",
  });
});

test("passes over content that nobody takes, and ends at the end without blocks of zeros", async () => {
  const bytes = madeUpTar([{ name: "a", content: "x".repeat(2000) }, { name: "b" }], { end: false });
  const names: string[] = [];
  for await (const { name } of walkTar(new StreamBytes(chunks(bytes), 2 ** 24))) names.push(name);
  expect(names).toEqual(["a", "b"]);
});

const BASE_256 = `\x80${"\xff".repeat(11)}`;

test.each<readonly [string, Buffer, string]>([
  ["no tar", Buffer.from("This is no tar.".repeat(100)), "checksum of a header is wrong"],
  ["a header cut short", madeUpTar([{ name: "a" }], { end: false }).subarray(0, 300), "truncated"],
  ["content cut short", madeUpTar([{ name: "a", content: "x".repeat(3000) }]).subarray(0, 2000), "truncated"],
  ["a size that is no number", madeUpTar([{ name: "a", size: "hello" }]), "'a' has an impossible size"],
  ["a size beyond all whole numbers", madeUpTar([{ name: "a", size: BASE_256 }]), "'a' has an impossible size"],
  ["a device", madeUpTar([{ name: "dev/null", type: "3" }]), "'dev/null' is neither a file nor a folder"],
  ["a sparse file", madeUpTar([{ name: "a", type: "S" }]), "neither a file nor a folder"],
  ["a long name of a gigabyte", madeUpTar([{ name: "n", type: "L", size: 2 ** 30 }]), "a header of 1073741824 bytes"],
  [
    "a pax record that goes beyond its header",
    madeUpTar([{ name: "n", type: "x", content: "99 path=a\n" }]),
    "damaged extended header",
  ],
  [
    "a pax record of no length",
    madeUpTar([{ name: "n", type: "x", content: "0 path=a\n" }]),
    "damaged extended header",
  ],
  [
    "a negative pax size",
    madeUpTar([{ name: "n", type: "x", content: paxRecord("size", "-1") }]),
    "a file of '-1' bytes",
  ],
  ["a pax header of nothing", madeUpTar([{ name: "n", type: "x", content: paxRecord("path", "a") }]), "truncated"],
])("refuses %s", async (_, bytes, words) => {
  const error = await caught(() => read(bytes));
  expect(error).toBeInstanceOf(FormatProblem);
  expect(error.message).toContain(words);
});

test("stops at the limit of a stream", async () => {
  const bytes = madeUpTar([{ name: "a", content: "x".repeat(10_000) }]);
  const reader = new StreamBytes(chunks(bytes), 4000);
  const error = await caught(async () => {
    for await (const _ of walkTar(reader));
  });
  expect(error.message).toContain("unpacks to more than 4000 bytes");
});
