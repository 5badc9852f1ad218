import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import sharp from "sharp";
import { describeConfig } from "../../../lib/config/describe";
import type { Rgb } from "../../../lib/pictures/colour-map";
import { TRUTH_COLOUR } from "../../../lib/pictures/panel";
import { fit as train } from "../../../lib/train/fit";
import { type Finished, runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

// train, evaluate and localize of the command line, on a run of one epoch.

jest.setTimeout(60_000);

const folder = temporaryFolder();
const run = join(folder, "run");
let data: string;
let images: string[];

beforeAll(async () => {
  data = await tinyDataset(folder);
  await train(data, { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 1 }, out: run });
  const ids = (await readFile(join(data, "metadata", "test", "image_ids.txt"), "utf8")).trim().split("\n");
  images = ids.slice(0, 2).map((id) => join(data, "images", id));
}, 60_000);

const json = ({ code, stdout, stderr }: Finished) => {
  expect([code, stderr.includes("ERR_WSOL")]).toEqual([0, false]);
  return JSON.parse(stdout);
};

async function unreadable(name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, "no image");
  return path;
}

/** Whether a pixel of the picture has just this colour. */
async function hasColour(picture: string, colour: Rgb): Promise<boolean> {
  const pixels = await sharp(picture).removeAlpha().raw().toBuffer();
  const isAt = (at: number) => colour.every((value, channel) => pixels[at + channel] === value);
  return Array.from({ length: pixels.length / 3 }, (_, pixel) => 3 * pixel).some(isAt);
}

describe("wsol evaluate --run", () => {
  test("prints the evaluation as JSON, stores it in the run folder, and writes maps and records where asked", async () => {
    const maps = join(folder, "maps");
    const records = join(folder, "records.jsonl");
    const args = ["--run", run, "--data", data, "--save-scoremaps", maps, "--per-image", records, "--json"];
    const evaluation = json(await runWsol(["evaluate", ...args]));
    expect(evaluation).toMatchObject({ split: "test", images: 9, gtKnownLoc: expect.any(Number) });
    expect(JSON.parse(await readFile(join(run, "evaluation.json"), "utf8"))).toEqual(evaluation);
    expect((await readFile(records, "utf8")).trim().split("\n")).toHaveLength(9);
    expect((await readdir(maps, { recursive: true })).filter((name) => name.endsWith(".npy"))).toHaveLength(9);

    const fromMaps = json(await runWsol(["evaluate", "--scoremaps", maps, "--data", data, "--step", "0.01", "--json"]));
    expect(fromMaps.maxBoxAcc).toEqual(evaluation.maxBoxAcc);
    expect([fromMaps.pxap, fromMaps.top1Cls]).toEqual([evaluation.pxap, null]);
  });

  test("makes score maps and thresholds as --set says, for a weights file too, beside which it writes nothing", async () => {
    const weights = join(run, "last.safetensors");
    const before = await readdir(run);
    const settings = ["--set", "scoreMap.normalisation=max", "--set", "evaluation.step=0.1"];
    const masks = join(data, "masks");
    const options = ["--split", "val", "--sigma", "0.3", "--masks", masks, "--device", "cpu"];
    const args = ["--run", weights, "--data", data, ...options, ...settings, "--json"];
    const evaluation = json(await runWsol(["evaluate", ...args]));
    expect([evaluation.split, evaluation.curves.thresholds.length]).toEqual(["val", 10]);
    const model = { weights, checkpoint: null, device: "cpu", scoreMap: { normalisation: "max" } };
    expect(evaluation.evaluated).toMatchObject({ step: 0.1, sigma: 0.3, masks, model });
    expect(evaluation.atSigma.sigma).toBe(0.3);
    expect(await readdir(run)).toEqual(before);
  });

  test("prints a table for people", async () => {
    const { code, stdout } = await runWsol(["evaluate", "--run", run, "--data", data, "--split", "val"]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^val: 6 images\n {2}Top-1 Cls /)]);
  });

  test.each<[string, readonly string[], string]>([
    ["--scoremaps with --checkpoint", ["--scoremaps", "maps", "--checkpoint", "last"], "'--checkpoint' has no effect"],
    ["--scoremaps with --device", ["--scoremaps", "maps", "--device", "cpu"], "'--device' has no effect"],
    ["--scoremaps with --save-scoremaps", ["--scoremaps", "maps", "--save-scoremaps", "out"], "'--save-scoremaps' has"],
    ["--scoremaps with --set", ["--scoremaps", "maps", "--set", "scoreMap.size=7"], "'--set' has no effect"],
    ["a step given twice", ["--run", "run", "--step", "1", "--set", "evaluation.step=1"], "'--step' has no effect"],
    ["a key of another section", ["--run", "run", "--set", "optim.lr=1"], "'scoreMap.…' or 'evaluation.…' for '--set'"],
    ["a checkpoint that is neither", ["--run", "run", "--checkpoint", "foo"], "expected last or best"],
  ])("refuses %s before it reads anything, as a usage error", async (_, args, words) => {
    const { code, stderr } = await runWsol(["evaluate", "--data", "absent", ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("ERR_WSOL_USAGE")]);
    expect(stderr).toContain(words);
  });

  test("refuses an unknown key of scoreMap with the nearest, and a checkpoint of a weights file", async () => {
    const unknown = await runWsol(["evaluate", "--run", run, "--data", data, "--set", "scoreMap.sise=7"]);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("Did you mean 'scoreMap.size'?")]);
    const weights = join(run, "last.safetensors");
    const file = await runWsol(["evaluate", "--run", weights, "--data", data, "--checkpoint", "last"]);
    expect([file.code, file.stderr]).toEqual([2, expect.stringContaining("'--checkpoint' has no effect on a weights")]);
  });
});

describe("wsol localize", () => {
  test("prints class, probability and box of each image, and draws it where asked, with the true boxes there are", async () => {
    const out = join(folder, "pictures");
    // Of the name of another, and in no data set.
    const twin = join(folder, basename(images[0]!));
    await cp(images[0]!, twin);
    const { code, stdout } = await runWsol(["localize", "--run", run, ...images, twin, "--out", out, "--data", data]);
    expect(code).toBe(0);
    const stems = images.map((image) => basename(image, extname(image)));
    const pictures = [`${stems[0]}.png`, `${stems[1]}.png`, `${stems[0]}-2.png`];
    [...images, twin].forEach((image, at) => {
      expect(stdout).toContain(`${image} -> ${join(out, pictures[at]!)}\n`);
    });
    expect(stdout.match(/^ {2}\S.* [\d.]+ % {2}box \d+ \d+ \d+ \d+$/gm)).toHaveLength(3);
    expect((await readdir(out)).sort()).toEqual([...pictures].sort());
    expect((await sharp(join(out, pictures[0]!)).metadata()).format).toBe("png");
    // The gaps between panels are transparent but where there is a caption, on white.
    expect((await sharp(join(out, pictures[0]!)).stats()).isOpaque).toBe(true);
    const hasTruth = await Promise.all(pictures.map((name) => hasColour(join(out, name), TRUTH_COLOUR)));
    expect(hasTruth).toEqual([true, true, false]);
  });

  test("prints one JSON document, with score maps of the size that --set says", async () => {
    const args = ["--top", "2", "--threshold", "0.5", "--set", "scoreMap.size=28", "--json"];
    const [found, ...others] = json(await runWsol(["localize", "--run", run, images[0]!, ...args]));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ image: images[0], picture: null });
    expect(found.localizations).toHaveLength(2);
    expect(found.localizations[0]).toMatchObject({ threshold: 0.5, scoreMap: { width: 28, height: 28 } });
  });

  test("goes on after a bad image among several, names it at the end and exits 3", async () => {
    const [one, two] = [await unreadable("one.txt"), join(folder, "absent.jpg")];
    const out = join(folder, "good-ones");
    const { code, stdout, stderr } = await runWsol(["localize", "--run", run, one, ...images, two, "--out", out]);
    expect([code, (await readdir(out)).length]).toEqual([3, 2]);
    expect(stdout.match(/^ {2}\S.*box/gm)).toHaveLength(2);
    expect(stderr).toContain("ERR_WSOL_IMAGE: 2 of 4 images could not be localized:\n");
    expect(stderr).toContain(`image '${one}' is not a JPEG, PNG or WebP image\n  image '${two}' does not exist`);
  });

  test("stops at a picture that cannot be written, also among several images", async () => {
    const out = join(folder, "blocked");
    await mkdir(join(out, `${basename(images[0]!, extname(images[0]!))}.png`), { recursive: true });
    const { code, stdout, stderr } = await runWsol(["localize", "--run", run, ...images, "--out", out]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^ERR_WSOL_WRITE: /);
  });

  test("prints the JSON of the good images beside a bad one", async () => {
    const bad = await unreadable("beside.txt");
    const { code, stdout } = await runWsol(["localize", "--run", run, bad, images[0]!, "--json"]);
    expect([code, JSON.parse(stdout).map(({ image }: { image: string }) => image)]).toEqual([3, [images[0]]]);
  });

  test("stops at the first bad image with --no-keep-going", async () => {
    const bad = await unreadable("first.txt");
    const { code, stdout, stderr } = await runWsol(["localize", "--run", run, bad, images[0]!, "--no-keep-going"]);
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/^ERR_WSOL_IMAGE: image '.*first\.txt' is not/);
  });

  test.each<[string, readonly string[], string]>([
    ["an unknown checkpoint", ["--checkpoint", "foo"], "expected last or best for '--checkpoint', got 'foo'"],
    ["true boxes that would be drawn nowhere", ["--data", "set"], "'--data' has no effect without '--out'"],
    ["a key that the run has fixed", ["--set", "model.backbone=resnet50"], "expected 'scoreMap.…' for '--set'"],
  ])("refuses %s as a usage error", async (_, args, words) => {
    const out = join(folder, "never");
    const { code, stderr } = await runWsol(["localize", "--run", run, images[0]!, ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`ERR_WSOL_USAGE: ${words}`)]);
    expect(existsSync(out)).toBe(false);
  });
});

describe("wsol features", () => {
  const pictureOf = (image: string) => `${basename(image, extname(image))}.features.png`;

  test("draws a sheet of each image, of one run or of two side by side", async () => {
    const [one, two] = [join(folder, "sheets"), join(folder, "double-sheets")];
    const single = await runWsol(["features", "--run", run, ...images, "--out", one]);
    expect([single.code, single.stderr]).toEqual([0, ""]);
    expect(single.stdout).toBe(images.map((image) => `${image} -> ${join(one, pictureOf(image))}\n`).join(""));
    expect((await readdir(one)).sort()).toEqual(images.map(pictureOf).sort());
    expect((await runWsol(["features", "--run", run, "--run", run, images[0]!, "--out", two])).code).toBe(0);
    const widths = await Promise.all(
      [one, two].map(async (out) => (await sharp(join(out, pictureOf(images[0]!))).metadata()).width),
    );
    expect(widths[1]!).toBeGreaterThan(1.5 * widths[0]!);
  });

  test("prints one JSON document of what the sheets show", async () => {
    const args = ["--channels", "2", "--out", join(folder, "json-sheets"), "--json"];
    const [found, ...others] = json(await runWsol(["features", "--run", run, images[0]!, ...args]));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ image: images[0], picture: join(folder, "json-sheets", pictureOf(images[0]!)) });
    const [{ name, stages }] = found.models;
    expect([name, stages.length, stages[0].shown.length]).toEqual(["run", 4, 2]);
  });

  test("goes on after a bad image among several, names it at the end and exits 3", async () => {
    const out = join(folder, "good-sheets");
    const bad = await unreadable("no-sheet.txt");
    const { code, stdout, stderr } = await runWsol(["features", "--run", run, bad, images[0]!, "--out", out]);
    expect([code, await readdir(out), stdout.split("\n").length]).toEqual([3, [pictureOf(images[0]!)], 2]);
    expect(stderr).toContain("ERR_WSOL_IMAGE: 1 of 2 images could not be drawn:\n");
    expect(stderr).toContain(`image '${bad}' is not a JPEG, PNG or WebP image`);
  });

  test.each<[string, readonly string[], number, string]>([
    ["three runs", ["--run", run, "--run", run], 2, "ERR_WSOL_USAGE: expected '--run' once or twice, got it 3 times"],
    ["a part of a channel", ["--channels", "1.5"], 2, "Expected a whole number of at least 0."],
    [
      "more channels than any sheet has",
      ["--channels", "65"],
      2,
      "expected a whole number from 0 to 64 for 'channels'",
    ],
    ["a folder that is no run", ["--run", folder], 3, "ERR_WSOL_RUN_FOLDER"],
  ])("refuses %s", async (_, args, expected, words) => {
    const out = join(folder, "never-sheets");
    const { code, stderr } = await runWsol(["features", "--run", run, images[0]!, "--out", out, ...args]);
    expect(stderr).toContain(words);
    expect(code).toBe(expected);
    expect(existsSync(join(out, pictureOf(images[0]!)))).toBe(false);
  });
});

describe("score maps of any kind", () => {
  test("are what evaluate and localize are told by --set", async () => {
    const settings = ["kind=layer-cam", "stage=3", "normalisation=pas"].flatMap((one) => ["--set", `scoreMap.${one}`]);
    const { evaluated } = json(await runWsol(["evaluate", "--run", run, "--data", data, "--json", ...settings]));
    expect(evaluated.model.scoreMap).toMatchObject({ kind: "layer-cam", stage: 3, normalisation: "pas" });
    expect(json(await runWsol(["localize", "--run", run, images[0]!, "--json", ...settings]))).toHaveLength(1);
  });
});

describe("wsol train", () => {
  test("counts one of a thing in the singular", async () => {
    const settings = settingsOf({ ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 1, batchSize: 25 } });
    const { code, stderr } = await runWsol(["train", "--data", data, "--out", join(folder, "one"), ...settings]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("25 images, 3 classes, 1 epoch of 1 step on cpu\n")]);
  });

  test("--help shows default, values and sentence of every key", async () => {
    const { code, stdout } = await runWsol(["train", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '  optim.schedule="step"  (step, onecycle, cosine, constant)\n      Learning rate over time.',
    );
    expect(describeConfig().length).toBeGreaterThan(25);
    for (const { key, description } of describeConfig()) {
      expect(stdout).toContain(`  ${key}=`);
      expect(stdout).toContain(`\n      ${description}`);
    }
  });
});

test.each<[string, readonly string[], string]>([
  ["a checksum of nothing", ["--sha256", "0".repeat(64)], "'--sha256' has no effect without '--from'"],
  ["a release of a file", ["--from", "torch.whl", "--release", "2.13.0"], "'--release' has no effect with '--from'"],
  ["an index of a file", ["--from", "torch.whl", "--index-url", "x"], "'--index-url' has no effect with '--from'"],
  [
    "an index of CPU builds for CUDA",
    ["--variant", "cuda", "--index-url", "x"],
    "'--index-url' has no effect on a CUDA",
  ],
])("wsol libtorch fetch refuses %s", async (_, args, words) => {
  const { code, stderr } = await runWsol(["libtorch", "fetch", ...args], { XDG_CACHE_HOME: folder });
  expect([code, stderr]).toEqual([2, expect.stringContaining(`ERR_WSOL_USAGE: ${words}`)]);
});

test("wsol report refuses a data set of pictures that it was told to leave out", async () => {
  const { code, stderr } = await runWsol(["report", run, "--images", "0", "--gallery", "0", "--data", data]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("'--data' has no effect with '--images 0 --gallery 0'")]);
});
