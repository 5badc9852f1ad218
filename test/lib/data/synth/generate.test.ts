import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { Dataset } from "../../../../lib/data/dataset";
import { verifyImages } from "../../../../lib/data/images/verify-images";
import { badgeOf, MAX_BADGES } from "../../../../lib/data/synth/badges";
import { generateDataset, type SynthOptions } from "../../../../lib/data/synth/generate";
import { rejectionOf, removeTemporaryFolders, temporaryFolder, writeLayout } from "../layout";

afterAll(removeTemporaryFolders);

const SMALL = { classes: 3, train: 5, val: 2, test: 3, size: 32, seed: 9 };

/** One data set for the tests that only read it. */
let shared: string;
beforeAll(async () => {
  shared = await generated();
});

async function generated(options: SynthOptions = {}): Promise<string> {
  const out = await temporaryFolder();
  await generateDataset(out, { ...SMALL, ...options });
  return out;
}

/** A digest over every file's path and bytes. */
async function digestOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    hash.update(path.slice(folder.length)).update(await readFile(path));
  }
  return hash.digest("hex");
}

describe("generateDataset", () => {
  it("writes a data set that opens, with the images, classes, boxes and masks asked for", async () => {
    const data = await Dataset.open(shared);
    expect(data.splits.map((name) => data.split(name).ids.length)).toEqual([5, 2, 3]);
    expect(data.classes).toEqual(["red-disc", "yellow-cross", "blue-ring"]);
    for (const name of data.splits) {
      const split = data.split(name);
      await verifyImages(split);
      expect(split.sizes?.every(([width, height]) => width === 32 && height === 32)).toBe(true);
      expect([split.boxes?.length, split.masks?.length]).toEqual([split.ids.length, split.ids.length]);
    }
  });

  it("gives each image the box of its mask, wholly inside the image", async () => {
    const data = await Dataset.open(shared);
    const split = data.split("train");
    for (let i = 0; i < split.ids.length; i++) {
      const path = join(data.root, "masks", split.masks?.[i]?.instances[0] as string);
      const { data: mask, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
      const set = [...mask.keys()]
        .filter((at) => at % info.channels === 0 && mask[at] === 255)
        .map((at) => at / info.channels);
      const xs = set.map((at) => at % 32);
      const ys = set.map((at) => Math.floor(at / 32));
      expect(split.boxes?.[i]).toEqual([[Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]]);
      expect(Math.min(...xs, ...ys)).toBeGreaterThanOrEqual(0);
      expect(set.length).toBeGreaterThan(0.05 * 32 * 32);
    }
  });

  it("writes the same bytes for the same seed, and others for another", async () => {
    const [again, other] = [await generated(), await generated({ seed: 10 })];
    expect(await digestOf(again)).toBe(await digestOf(shared));
    expect(await digestOf(join(other, "images"))).not.toBe(await digestOf(join(shared, "images")));
  });

  it("draws an image alike, however many others there are", async () => {
    const many = await generated({ train: 7, val: 0 });
    const path = "images/red-disc/train_00003.jpg";
    expect((await readFile(join(many, path))).equals(await readFile(join(shared, path)))).toBe(true);
  });

  it("leaves out a split of no images", async () => {
    expect((await Dataset.open(await generated({ val: 0 }))).splits).toEqual(["train", "test"]);
  });

  it("reports its progress up to the last image", async () => {
    const seen: number[][] = [];
    await generated({ onProgress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => [i + 1, 10]));
  });

  it("replaces a generated data set only with force, and keeps foreign files", async () => {
    const out = await generated();
    await writeFile(join(out, "notes.md"), "mine");
    expect(await rejectionOf(generateDataset(out, SMALL))).toMatchObject({
      code: "ERR_WSOL_WRITE",
      details: { path: out },
    });
    await generateDataset(out, { ...SMALL, train: 2, force: true });
    expect((await Dataset.open(out)).split("train").ids).toHaveLength(2);
    expect(await readFile(join(out, "notes.md"), "utf8")).toBe("mine");
  });

  it("leaves nothing behind when it is stopped", async () => {
    const out = await temporaryFolder();
    const controller = new AbortController();
    const stopped = generateDataset(out, {
      ...SMALL,
      signal: controller.signal,
      onProgress: () => controller.abort("stop"),
    });
    expect(await rejectionOf(stopped)).toBe("stop");
    expect(await readdir(out)).toEqual([]);
  });
});

describe("generateDataset rejects", () => {
  it("to overwrite a data set that was not generated, even with force", async () => {
    const out = await writeLayout({ "images/holiday.jpg": "precious" });
    expect(await rejectionOf(generateDataset(out, { ...SMALL, force: true }))).toMatchObject({
      code: "ERR_WSOL_WRITE",
    });
    expect(await readFile(join(out, "images/holiday.jpg"), "utf8")).toBe("precious");
  });

  it("a folder that cannot be made", async () => {
    const out = await writeLayout({ file: "x" });
    expect(await rejectionOf(generateDataset(join(out, "file", "below"), SMALL))).toMatchObject({
      code: "ERR_WSOL_WRITE",
    });
  });

  it.each([
    ["one class", { classes: 1 }],
    ["more classes than badges", { classes: MAX_BADGES + 1 }],
    ["no training image", { train: 0 }],
    ["a fractional count", { test: 1.5 }],
    ["a tiny image", { size: 8 }],
    ["a negative seed", { seed: -1 }],
  ])("%s, and writes nothing", async (_, wrong) => {
    const out = await temporaryFolder();
    expect(await rejectionOf(generateDataset(out, { ...SMALL, ...wrong }))).toMatchObject({
      code: "ERR_WSOL_ARGUMENT",
    });
    expect(await readdir(out)).toEqual([]);
  });
});

it("every class has a badge of its own, with a name of its own", () => {
  const badges = Array.from({ length: MAX_BADGES }, (_, label) => badgeOf(label).name);
  expect(new Set(badges).size).toBe(MAX_BADGES);
});
