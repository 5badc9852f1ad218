import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openSource, surveySource } from "../../../../../lib/data/prepare/source/open-source";
import type { Source } from "../../../../../lib/data/prepare/source/source";
import type { SourceFormat } from "../../../../../lib/data/prepare/source-format";
import { FormatProblem } from "../../../../../lib/formats/problem";
import { caught } from "../../../../support/caught";
import { type Tree, tarOf, tgzOf, writeTree, zipOf } from "../../../../support/sources/tree";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();
let count = 0;

const format: SourceFormat = {
  name: "made-up",
  title: "a made-up set",
  parts: [{ what: "list.txt", pattern: /(^|\/)list\.txt$/ }],
  looksInto: (path) => path.endsWith(".txt"),
  mount: (archive) =>
    /^n\d+\.tar$/.test(archive) ? archive.replace(".tar", "") : archive.includes("skip") ? null : "",
  published: null,
  read: () => Promise.reject(new Error("not read here")),
};

async function opened(name: string): Promise<Source> {
  return openSource(await surveySource(name, format, { followLinks: false, onProgress: () => undefined }));
}

async function allOf(source: Source): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await source.visit(new Set(source.entries.keys()), async (path, content) => {
    found[path] = content instanceof FormatProblem ? content.message : content.toString();
  });
  return found;
}

async function sourceFolder(tree: Tree): Promise<string> {
  return writeTree(join(folder, `source-${count++}`), tree);
}

const NESTED = { "list.txt": "n1 n2", "n1.tar": "", "n2.tar": "" };

describe.each([
  ["tar", async (tree: Tree) => tarOf(tree)],
  ["tgz", async (tree: Tree) => gzipSync(await tarOf(tree))],
] as const)("tars within a .%s", (ending, pack) => {
  test("appear where the format mounts them, read by name and by visit", async () => {
    const tree = {
      ...NESTED,
      "n1.tar": await tarOf({ "1.jpg": "one", "2.jpg": "two" }),
      "n2.tar": await tarOf({ "1.jpg": "three" }),
      "x.tar.txt": "a text",
    };
    const path = join(folder, `nested.${ending}`);
    writeFileSync(path, await pack(tree));
    const source = await opened(path);
    const expected = {
      "list.txt": "n1 n2",
      "n1/1.jpg": "one",
      "n1/2.jpg": "two",
      "n2/1.jpg": "three",
      "x.tar.txt": "a text",
    };
    expect(await allOf(source)).toEqual(expected);
    expect((await source.read("list.txt")).toString()).toBe("n1 n2");
    expect(source.file("list.txt")).toBeNull();
    await source.close();
  });
});

test("several archives make one tree; what is unpacked, and then the first archive, goes first", async () => {
  const source = await opened(
    await sourceFolder({
      "both.jpg": "unpacked",
      "a.tgz": await tgzOf({ "both.jpg": "a", "only-a.jpg": "a", "twice.jpg": "a" }),
      "b.zip": zipOf({ "list.txt": "b", "twice.jpg": "b" }),
      "skip.zip": "no zip, and not opened",
    }),
  );
  expect(await allOf(source)).toMatchObject({
    "both.jpg": "unpacked",
    "only-a.jpg": "a",
    "twice.jpg": "a",
    "list.txt": "b",
  });
  expect(source.file("both.jpg")).not.toBeNull();
  await source.close();
});

test("archives beside a whole unpacked set are not opened", async () => {
  const source = await opened(await sourceFolder({ "list.txt": "all", "a.tgz": "no archive" }));
  expect([...source.entries.keys()]).toEqual(["a.tgz", "list.txt"]);
});

test("an entry of a zip that is damaged is the problem of that entry alone", async () => {
  const zip = zipOf({ "a.jpg": "first", "b.jpg": "second", "list.txt": "a b" });
  // Behind the first local header and name: the deflated content.
  zip[30 + "a.jpg".length + 1]! ^= 0xff;
  const path = join(folder, "damaged.zip");
  writeFileSync(path, zip);
  const source = await opened(path);
  const found = await allOf(source);
  expect(found).toMatchObject({ "b.jpg": "second", "list.txt": "a b" });
  expect(found["a.jpg"]).toContain("'a.jpg' cannot be unpacked");
  await source.close();
});

test("what a visit throws ends the pass, and no other visit is under way any more", async () => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.jpg`, "x"]));
  const path = join(folder, "visits.tgz");
  writeFileSync(path, await tgzOf({ ...files, "list.txt": "" }));
  const source = await opened(path);
  const thrown = new Error("by the visit");
  let underWay = 0;
  const visit = async (name: string) => {
    underWay++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay--;
    if (name === "3.jpg") throw thrown;
  };
  expect(await caught(() => source.visit(new Set(source.entries.keys()), visit))).toBe(thrown);
  expect(underWay).toBe(0);
  await source.close();
});

test("a file that the source does not hold is named", async () => {
  const source = await opened(await sourceFolder({ "list.txt": "" }));
  expect((await caught(() => source.read("absent.txt"))).message).toContain("expected the file 'absent.txt'");
});

test("a source is recognised by its content, wherever it lies", async () => {
  const identity = async (path: string) =>
    (await surveySource(path, format, { followLinks: false, onProgress: () => undefined })).identity;
  const tree = { "list.txt": "ab", "a.jpg": "x" };
  const first = await identity(await sourceFolder(tree));
  expect(await identity(await sourceFolder({ ...tree, ".DS_Store": "finder" }))).toBe(first);
  expect(await identity(await sourceFolder({ ...tree, "list.txt": "ba" }))).not.toBe(first);
  expect(await identity(await sourceFolder({ ...tree, "a.jpg": "xy" }))).not.toBe(first);
});
