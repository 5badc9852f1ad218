import { existsSync } from "node:fs";
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { fit as train } from "../../../lib/train/fit";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

// What a user can get wrong, through the command line: a code, the name of the thing, the exit code, and no half file.

jest.setTimeout(60_000);

const folder = temporaryFolder();
let data: string;
let run: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
  run = join(folder, "run");
  await train(data, { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 1 }, out: run });
}, 60_000);

let copies = 0;

/** A copy of the data set that `spoil` may change. */
async function spoiled(spoil: (root: string) => Promise<void>): Promise<string> {
  copies += 1;
  const root = join(folder, `spoiled-${copies}`);
  await cp(data, root, { recursive: true });
  await spoil(root);
  return root;
}

async function firstImage(root: string): Promise<string> {
  const [id] = (await readFile(join(root, "metadata", "train", "image_ids.txt"), "utf8")).split("\n");
  return join(root, "images", id!);
}

async function replaceLine(path: string, line: number, change: (text: string) => string): Promise<void> {
  const lines = (await readFile(path, "utf8")).split("\n");
  lines[line] = change(lines[line]!);
  await writeFile(path, lines.join("\n"));
}

const metadata = (root: string, name: string) => join(root, "metadata", "train", name);
const cmyk = () =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .toColourspace("cmyk")
    .jpeg()
    .toBuffer();

interface Case {
  readonly what: string;
  readonly spoil: (root: string) => Promise<void>;
  readonly code: string;
  readonly names: (root: string) => string | Promise<string>;
}

const DATA_CASES: readonly Case[] = [
  {
    what: "a missing image",
    spoil: async (root) => rm(await firstImage(root)),
    code: "ERR_WSOL_IMAGE",
    names: (root) => firstImage(root),
  },
  {
    what: "a truncated image",
    spoil: async (root) => {
      const bytes = await readFile(await firstImage(root));
      await writeFile(await firstImage(root), bytes.subarray(0, bytes.length / 2));
    },
    code: "ERR_WSOL_IMAGE",
    names: (root) => firstImage(root),
  },
  {
    what: "a zero-byte image",
    spoil: async (root) => writeFile(await firstImage(root), ""),
    code: "ERR_WSOL_IMAGE",
    names: (root) => firstImage(root),
  },
  {
    what: "a CMYK image",
    spoil: async (root) => writeFile(await firstImage(root), await cmyk()),
    code: "ERR_WSOL_IMAGE",
    names: (root) => firstImage(root),
  },
  {
    what: "an image that is text",
    spoil: async (root) => writeFile(await firstImage(root), "this is no image"),
    code: "ERR_WSOL_IMAGE",
    names: (root) => firstImage(root),
  },
  {
    what: "a label out of range",
    spoil: (root) => replaceLine(metadata(root, "class_labels.txt"), 0, (line) => line.replace(/,\d+$/, ",99")),
    code: "ERR_WSOL_DATA",
    names: () => "class_labels.txt:1",
  },
  {
    what: "a missing label",
    spoil: (root) => replaceLine(metadata(root, "class_labels.txt"), 0, () => ""),
    code: "ERR_WSOL_DATA",
    names: () => "class_labels.txt",
  },
  {
    what: "a box outside its image",
    spoil: (root) => replaceLine(metadata(root, "localization.txt"), 0, (line) => line.replace(/,\d+$/, ",9999")),
    code: "ERR_WSOL_DATA",
    names: () => "localization.txt:1",
  },
  {
    what: "an id that leaves the folder",
    spoil: (root) => appendFile(metadata(root, "image_ids.txt"), "../../secret.jpg\n"),
    code: "ERR_WSOL_DATA",
    names: () => "../../secret.jpg",
  },
  {
    what: "an empty split",
    spoil: (root) => writeFile(metadata(root, "image_ids.txt"), ""),
    code: "ERR_WSOL_DATA",
    names: () => "image_ids.txt",
  },
];

test.each(DATA_CASES)("train rejects $what, names it and exits 3", async ({ spoil, code, names }) => {
  const root = await spoiled(spoil);
  const out = join(root, "run");
  const {
    code: exit,
    stderr,
    stdout,
  } = await runWsol(["train", "--data", root, "--out", out, ...settingsOf(TINY_CONFIG)]);
  expect(stderr).toContain(code);
  expect(stderr).toContain(await names(root));
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toBe("");
  expect(exit).toBe(3);
  for (const file of existsSync(out) ? await readdir(out) : []) expect(file).not.toMatch(/\.tmp$/);
  if (existsSync(join(out, "run.lock"))) expect(await readFile(join(out, "run.lock"), "utf8")).toBe("");
});

const trainWith = (...extra: string[]) => ["train", "--data", data, "--out", join(folder, "unused"), ...extra];

test.each([
  ["an unknown key", ["--set", "optim.learningRate=1"], 2, ["ERR_WSOL_CONFIG", "optim.learningRate", "optim.lr"]],
  ["a wrong type", ["--set", "optim.epochs=many"], 2, ["ERR_WSOL_CONFIG", "optim.epochs"]],
  ["a value out of range", ["--set", "loss.lambda=-1"], 2, ["ERR_WSOL_CONFIG", "loss.lambda"]],
  ["a setting without a value", ["--set", "seed"], 2, ["ERR_WSOL_CONFIG", "key=value"]],
  ["an unknown option", ["--epochs", "3"], 2, ["--epochs"]],
  ["cuda where there is none", ["--set", "device=cuda:5"], 4, ["ERR_WSOL_DEVICE", "cuda:5"]],
])("train rejects %s", async (_, extra, exit, words) => {
  const { code, stderr } = await runWsol(trainWith(...extra));
  expect(code).toBe(exit);
  for (const word of words) expect(stderr).toContain(word);
});

test("train rejects a folder below a file as output, and exits 1", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  const { code, stderr } = await runWsol([
    "train",
    "--data",
    data,
    "--out",
    join(file, "run"),
    ...settingsOf(TINY_CONFIG),
  ]);
  expect(stderr).toContain("ERR_WSOL_WRITE");
  expect(stderr).toContain(join(file, "run"));
  expect(code).toBe(1);
});

test("localize rejects a text file by name, writes no picture and exits 3", async () => {
  const text = join(folder, "notes.txt");
  await writeFile(text, "no image");
  const out = join(folder, "pictures");
  const { code, stderr } = await runWsol(["localize", "--run", run, text, "--out", out]);
  expect(stderr).toContain("ERR_WSOL_IMAGE");
  expect(stderr).toContain(text);
  expect(code).toBe(3);
  expect(await readdir(out)).toEqual([]);
});

test.each([
  ["is truncated", (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ["is foreign", () => Buffer.from("PK\u0003\u0004 something else entirely")],
  ["is empty", () => Buffer.alloc(0)],
])("evaluate rejects a checkpoint that %s", async (name, damage) => {
  const copy = join(folder, `run-${name.replace(" ", "-")}`);
  await cp(run, copy, { recursive: true });
  const path = join(copy, "last.safetensors");
  await writeFile(path, damage(await readFile(path)));
  const { code, stderr, stdout } = await runWsol(["evaluate", "--run", copy, "--data", data, "--json"]);
  expect(stderr).toContain("ERR_WSOL_CHECKPOINT");
  expect(stderr).toContain(path);
  expect([code, stdout]).toEqual([3, ""]);
});

test("train rejects weights of another backbone, and of another class count where the classifier must be loaded", async () => {
  const weights = join(run, "last.safetensors");
  const from = (...extra: string[]) =>
    runWsol(trainWith(...settingsOf(TINY_CONFIG), "--set", `model.weights=${weights}`, ...extra));
  const backbone = await from("--set", "model.backbone=preresnet18");
  expect(backbone.stderr).toContain("ERR_WSOL_CHECKPOINT");
  expect(backbone.stderr).toContain("preresnet18");
  expect(backbone.code).toBe(3);
  const classes = await from("--set", "model.numClasses=7", "--set", "model.classifier=load");
  expect(classes.stderr).toContain("ERR_WSOL_CHECKPOINT");
  expect(classes.stderr).toContain("model.classifier=fresh");
  expect(classes.code).toBe(3);
});

test("evaluate rejects a folder that is no run, a data set with more classes, and a missing split", async () => {
  const noRun = await runWsol(["evaluate", "--run", data, "--data", data]);
  expect([noRun.code, noRun.stderr]).toEqual([3, expect.stringContaining("ERR_WSOL_RUN_FOLDER")]);
  const more = await tinyDataset(join(folder, "more"), { classes: 5 });
  const classes = await runWsol(["evaluate", "--run", run, "--data", more]);
  expect([classes.code, classes.stderr]).toEqual([3, expect.stringContaining("ERR_WSOL_DATA")]);
  const split = await runWsol(["evaluate", "--run", run, "--data", data, "--split", "tset"]);
  expect([split.code, split.stderr]).toEqual([3, expect.stringContaining("tset")]);
});

test("evaluate wants exactly one of --run and --scoremaps", async () => {
  const { code, stderr } = await runWsol(["evaluate", "--data", data]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("ERR_WSOL_USAGE")]);
});

test("without LibTorch, help works and train says what is missing, exit code 4", async () => {
  const nowhere = { WSOL_LIBTORCH: join(folder, "nowhere") };
  expect((await runWsol(["train", "--help"], nowhere)).code).toBe(0);
  const { code, stderr } = await runWsol(trainWith(), nowhere);
  expect(stderr).toContain("ERR_WSOL_LIBTORCH");
  expect(code).toBe(4);
});

test("an output that fills up gives a coded error and leaves the last good files", async () => {
  // A folder that cannot take the weights: its temporary name is a folder already, as good as a full disk to the writer.
  const out = join(folder, "full");
  await mkdir(out);
  await mkdir(join(out, "last.safetensors"));
  const { code, stderr } = await runWsol(["train", "--data", data, "--out", out, ...settingsOf(TINY_CONFIG)]);
  expect(stderr).toContain("ERR_WSOL_WRITE");
  expect(stderr).toContain("last.safetensors");
  expect(code).toBe(1);
  expect((await readdir(out)).filter((file) => file.endsWith(".tmp"))).toEqual([]);
});
