import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import type { PrepareEvent } from "../../../../lib/data/prepare/events";
import { prepare } from "../../../../lib/data/prepare/prepare";
import { caught } from "../../../support/caught";
import { contentOfSet } from "../../../support/sources/content";
import { BIRDS, cubTree } from "../../../support/sources/cub";
import { type Tree, tarOf, tgzOf, writeTree, zipOf } from "../../../support/sources/tree";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();
let tree: Tree;
let source: string;
let count = 0;
const fresh = (): string => join(folder, `out-${count++}`);
const FIRST = `CUB_200_2011/images/${BIRDS[0]!.path}`;

beforeAll(async () => {
  tree = await cubTree();
  source = await writeTree(join(folder, "source"), tree);
});

describe("the same set comes of", () => {
  const forms: readonly (readonly [string, (name: string) => Promise<string>])[] = [
    ["the folder inside the folder", async () => join(source, "CUB_200_2011")],
    ["a .tgz", (name) => archive(`${name}.tgz`, tgzOf)],
    ["a .tar", (name) => archive(`${name}.tar`, tarOf)],
    ["a .zip", (name) => archive(`${name}.zip`, async (files) => zipOf(withoutFolders(files)))],
    ["an archive whatever its name says", (name) => archive(`${name}.bin`, tgzOf)],
    [
      "a folder that holds the archive",
      async (name) => writeTree(join(folder, name), { "CUB.tgz": await tgzOf(tree) }),
    ],
    [
      "an unpacked folder with a broken archive beside it",
      async (name) => writeTree(join(folder, name), { ...tree, "CUB.tgz": "broken" }),
    ],
  ];

  test.each(forms)("%s", async (name, make) => {
    const [out, expected] = [fresh(), fresh()];
    await prepare("cub", source, expected);
    const result = await prepare("cub", await make(name.replaceAll(/\W+/g, "-")), out);
    expect(result).toMatchObject({ splits: { train: 12, test: 6 }, problems: [] });
    expect(contentOfSet(out)).toEqual(contentOfSet(expected));
  });

  test("a copy, which holds files where otherwise there are links", async () => {
    const [out, expected] = [fresh(), fresh()];
    await prepare("cub", source, expected);
    await prepare("cub", source, out, { copy: true });
    expect(contentOfSet(out)).toEqual(contentOfSet(expected));
    const images = readdirSync(join(out, "images"), { recursive: true, withFileTypes: true });
    expect(images.filter((entry) => entry.isSymbolicLink())).toEqual([]);
  });
});

async function archive(name: string, pack: (tree: Tree) => Promise<Buffer>): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, await pack(tree));
  return path;
}

function withoutFolders(files: Tree): Tree {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith("/")));
}

test("the run is a stream of events and a promise, and tells its progress", async () => {
  const events: PrepareEvent[] = [];
  const progress: string[] = [];
  const out = fresh();
  const run = prepare("cub", source, out, {
    onProgress: ({ stage, done, total }) => progress.push(`${stage} ${done}/${total}`),
  });
  for await (const event of run) events.push(event);
  expect(events[0]).toEqual({
    type: "start",
    format: "cub",
    out,
    resumed: false,
    classes: 4,
    splits: { train: 12, test: 6 },
  });
  expect(events.at(-1)).toEqual({ type: "end", result: await run });
  expect(progress.at(-1)).toBe("images 18/18");
  expect(progress.filter((line) => line.startsWith("listing")).length).toBeGreaterThan(0);
});

describe("val", () => {
  test("takes so many of each class out of train, the same for the same seed", async () => {
    const [out, again, other] = [fresh(), fresh(), fresh()];
    const result = await prepare("cub", source, out, { val: 1, seed: 3 });
    expect(result.splits).toEqual({ train: 9, val: 3, test: 6 });
    const data = await Dataset.open(out);
    expect([...data.split("val").labels].sort()).toEqual([0, 1, 3]);
    expect(data.split("train").ids).not.toContain(data.split("val").ids[0]);
    await prepare("cub", source, again, { val: 1, seed: 3 });
    expect(contentOfSet(again)).toEqual(contentOfSet(out));
    const seeds = await Promise.all(
      [4, 5, 6].map(async (seed) => {
        await prepare("cub", source, `${other}-${seed}`, { val: 1, seed });
        return (await Dataset.open(`${other}-${seed}`)).split("val").ids.join();
      }),
    );
    expect(new Set([data.split("val").ids.join(), ...seeds]).size).toBeGreaterThan(1);
  });

  test("that would leave none to train on is refused with the class", async () => {
    const error = await caught(() => prepare("cub", source, fresh(), { val: 4 }));
    expect(error).toMatchObject({ code: "ERR_WSOL_DATA", details: { images: 4, val: 4 } });
  });
});

describe("what is missing or damaged", () => {
  let incomplete: string;
  const [missing, empty, text, cut] = BIRDS.map(({ path }) => path);

  beforeAll(async () => {
    const at = (path: string | undefined) => `CUB_200_2011/images/${path}`;
    const { [at(missing)]: _, ...rest } = tree;
    incomplete = await writeTree(join(folder, "incomplete"), {
      ...rest,
      [at(empty)]: "",
      [at(text)]: "<svg/>",
      [at(cut)]: (tree[at(cut)] as Buffer).subarray(0, 60),
    });
  });

  test("is reported image by image, and the set is without it", async () => {
    const out = fresh();
    const result = await prepare("cub", incomplete, out);
    expect(result.splits).toEqual({ train: 8, test: 6 });
    expect(result.problems).toMatchObject([
      { split: "train", image: missing, problem: "is not there" },
      { split: "train", image: empty, problem: "is empty (0 bytes)" },
      { split: "train", image: text, problem: "is not an image of a known kind" },
      { split: "train", image: cut },
    ]);
    expect(result.problems[3]!.problem).toMatch(/^is damaged: /);
    expect((await Dataset.open(out)).split("train").ids).not.toContain(missing);
  });

  test("ends a strict preparation at the first, and later also one of a set that was prepared without", async () => {
    const out = fresh();
    const error = await caught(() => prepare("cub", incomplete, out, { strict: true }));
    // The numbers come before the images.
    expect(error.message).toContain("expected the published numbers of CUB-200-2011");
    expect(existsSync(join(out, "metadata"))).toBe(false);
    await prepare("cub", incomplete, out);
    const later = await caught(() => prepare("cub", incomplete, out, { strict: true }));
    expect(later).toMatchObject({ code: "ERR_WSOL_DATA", details: { image: missing } });
  });
});

describe("a folder", () => {
  test("with the finished set of the same source is left as it is", async () => {
    const out = fresh();
    await prepare("cub", source, out, { val: 1 });
    const before = statSync(join(out, "metadata", "classes.txt")).mtimeMs;
    const result = await prepare("cub", source, out, { val: 1 });
    expect(result).toMatchObject({ status: "unchanged", out, splits: { train: 9, val: 3, test: 6 } });
    expect(statSync(join(out, "metadata", "classes.txt")).mtimeMs).toBe(before);
  });

  test("with another set is refused with what differs, and replaced with force", async () => {
    const out = fresh();
    await prepare("cub", source, out);
    const error = await caught(() => prepare("cub", source, out, { val: 1 }));
    expect(error).toMatchObject({
      code: "ERR_WSOL_WRITE",
      message: expect.stringContaining("prepared with val not set, not 1"),
    });
    // As long as before: one bird of test becomes one of train, another the other way.
    const lists = "CUB_200_2011/train_test_split.txt";
    const swapped = (tree[lists] as string).replace("1 1\n", "1 0\n").replace("5 0\n", "5 1\n");
    const other = await writeTree(join(folder, "other-source"), { ...tree, [lists]: swapped });
    const foreign = await caught(() => prepare("cub", other, out));
    expect(foreign.message).toContain(`prepared from other files, of '${source}'`);
    expect((await prepare("cub", other, out, { val: 1, force: true })).splits.val).toBe(3);
  });

  test("with anything else is refused, with force too, and nothing in it is touched", async () => {
    const out = fresh();
    mkdirSync(join(out, "images"), { recursive: true });
    writeFileSync(join(out, "images", "mine.jpg"), "mine");
    for (const force of [false, true]) {
      const error = await caught(() => prepare("cub", source, out, { force }));
      expect(error).toMatchObject({ code: "ERR_WSOL_WRITE" });
    }
    expect(readFileSync(join(out, "images", "mine.jpg"), "utf8")).toBe("mine");
  });

  test("is held by one preparation at a time", async () => {
    const out = fresh();
    const runs = await Promise.allSettled([prepare("cub", source, out), prepare("cub", source, out)]);
    const failed = runs.filter((run) => run.status === "rejected");
    expect(failed.map(({ reason }) => reason.code)).toEqual(["ERR_WSOL_BUSY"]);
    expect(failed[0]!.reason.message).toContain("held by a running preparation");
    expect((await Dataset.open(out)).split("train").ids).toHaveLength(12);
  });
});

test("an aborted preparation leaves no metadata, and the same call completes it", async () => {
  const [out, expected] = [fresh(), fresh()];
  const tgz = join(folder, "aborted.tgz");
  writeFileSync(tgz, await tgzOf(tree));
  const controller = new AbortController();
  const reason = new Error("enough");
  const onProgress = ({ stage, done }: { stage: string; done: number }) => {
    if (stage === "images" && done === 5) controller.abort(reason);
  };
  expect(await caught(() => prepare("cub", tgz, out, { signal: controller.signal, onProgress }))).toBe(reason);
  expect(existsSync(join(out, "metadata"))).toBe(false);
  writeFileSync(join(out, "images", ".half.jpg.0123456789ab.tmp"), "half");
  const events: PrepareEvent[] = [];
  const run = prepare("cub", tgz, out);
  for await (const event of run) events.push(event);
  expect(events[0]).toMatchObject({ type: "start", resumed: true });
  await prepare("cub", source, expected);
  expect(contentOfSet(out)).toEqual(contentOfSet(expected));
});

test("what a callback throws ends the preparation, and the same call completes it", async () => {
  const out = fresh();
  const thrown = new Error("by the callback");
  const onProgress = () => {
    throw thrown;
  };
  expect(await caught(() => prepare("cub", source, out, { onProgress }))).toBe(thrown);
  expect((await prepare("cub", source, out)).splits).toEqual({ train: 12, test: 6 });
});

describe("links in a folder", () => {
  test("that stay inside are followed, also where they go round; one that leads out is refused unless it is trusted", async () => {
    const root = await writeTree(join(folder, "links"), tree);
    rmSync(join(root, FIRST));
    symlinkSync(join(root, "CUB_200_2011", "images"), join(root, "CUB_200_2011", "images", "round"));
    writeFileSync(join(root, "kept.jpg"), tree[FIRST]!);
    symlinkSync(join(root, "kept.jpg"), join(root, FIRST));
    expect((await prepare("cub", root, fresh())).problems).toEqual([]);
    rmSync(join(root, FIRST));
    const outside = join(folder, "outside.jpg");
    writeFileSync(outside, tree[FIRST]!);
    symlinkSync(outside, join(root, FIRST));
    const error = await caught(() => prepare("cub", root, fresh()));
    expect(error).toMatchObject({ code: "ERR_WSOL_DATA", details: { target: outside } });
    expect((await prepare("cub", root, fresh(), { followLinks: true })).problems).toEqual([]);
  });
});

test("folders that all link to each other are refused in bounded time", async () => {
  const root = await writeTree(join(folder, "web"), tree);
  const names = Array.from({ length: 12 }, (_, index) => `d${index}`);
  for (const name of names) mkdirSync(join(root, name));
  for (const name of names) for (const other of names) symlinkSync(join(root, other), join(root, name, `to-${other}`));
  const error = await caught(() => prepare("cub", root, fresh()));
  expect(error.message).toContain("has more than 5000 folders behind links");
}, 60_000);

describe("refuses", () => {
  const calls: readonly (readonly [string, () => unknown, string])[] = [
    ["an unknown format", () => prepare("cubb", source, fresh()), "Did you mean 'cub'?"],
    ["an unknown option", () => prepare("cub", source, fresh(), { vall: 1 } as never), "Did you mean 'val'?"],
    ["no source", () => prepare("cub", join(folder, "absent"), fresh()), "which does not exist"],
    [
      "an output inside the source",
      () => prepare("cub", source, join(source, "out")),
      "a folder apart from the source",
    ],
    ["a source inside the output", () => prepare("cub", source, folder), "a folder apart from the source"],
    [
      "val that is no count",
      () => prepare("cub", source, fresh(), { val: 0 }),
      "an integer of at least 1 for 'val', got 0",
    ],
    ["a seed that is none", () => prepare("cub", source, fresh(), { seed: -1 }), "for 'seed', got -1"],
    ["a source of another set", () => prepare("oxford-pet", source, fresh()), "there is no annotations/trainval.txt"],
    ["a path that is none", () => prepare("cub", 3 as never, fresh()), "a path for 'source', got 3"],
  ];

  test.each(calls)("%s", async (_, call, words) => {
    const error = await caught(call);
    expect(["ERR_WSOL_ARGUMENT", "ERR_WSOL_DATA"]).toContain(error.code);
    expect(`${error.message} ${error.fix}`).toContain(words);
  });
});
