import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import { prepare } from "../../../../lib/data/prepare/prepare";
import { caught } from "../../../support/caught";
import { contentOfSet } from "../../../support/sources/content";
import { cubTree } from "../../../support/sources/cub";
import { type Tree, tgzOf } from "../../../support/sources/tree";
import { temporaryFolder } from "../../../support/temporary-folder";

// Killed in the middle, or out of space: nothing half-written is taken for whole, and the same command completes the set.

const wsol = join(__dirname, "..", "..", "..", "..", "bin", "wsol.js");
const folder = temporaryFolder();
/** Enough images that a kill falls between two of them. */
const COPIES = 30;
let archive: string;
let tree: Tree;
let expected: Record<string, string>;

beforeAll(async () => {
  tree = await manyBirds();
  archive = join(folder, "birds.tgz");
  writeFileSync(archive, await tgzOf(tree));
  const out = join(folder, "undisturbed");
  await prepare("cub", archive, out);
  expected = contentOfSet(out);
}, 60_000);

/** The miniature's images, each many times. */
async function manyBirds(): Promise<Tree> {
  const small = await cubTree();
  const at = (name: string) => `CUB_200_2011/${name}.txt`;
  const rows = (name: string) =>
    (small[at(name)] as string)
      .trim()
      .split(/\r?\n/)
      .map((line) => line.slice(line.indexOf(" ") + 1));
  const paths = rows("images");
  const many: Record<string, string | Uint8Array> = { [at("classes")]: small[at("classes")]! };
  for (const name of ["images", "image_class_labels", "train_test_split", "bounding_boxes"]) {
    const values = rows(name);
    many[at(name)] = Array.from({ length: COPIES * values.length }, (_, index) => {
      const value = values[index % values.length]!;
      const copy = Math.floor(index / values.length);
      return `${index + 1} ${name === "images" ? value.replace(".jpg", `_${copy}.jpg`) : value}\n`;
    }).join("");
  }
  for (let copy = 0; copy < COPIES; copy++) {
    for (const path of paths) {
      many[`CUB_200_2011/images/${path.replace(".jpg", `_${copy}.jpg`)}`] = small[`CUB_200_2011/images/${path}`]!;
    }
  }
  return many;
}

function imagesIn(out: string): number {
  const images = join(out, "images");
  return existsSync(images)
    ? readdirSync(images, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
    : 0;
}

test("a preparation killed in the middle, again and again, is completed by the same command", async () => {
  const out = join(folder, "killed");
  const total = 18 * COPIES;
  for (const share of [0.1, 0.4, 0.7]) {
    const child = spawn(process.execPath, [wsol, "prepare", "cub", archive, out], { stdio: "ignore" });
    const ended = once(child, "exit");
    while (child.exitCode === null && imagesIn(out) < share * total)
      await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill("SIGKILL");
    await ended;
    if (existsSync(join(out, "metadata"))) break;
    const error = await caught(() => Dataset.open(out));
    expect(error.code).toBe("ERR_WSOL_DATA");
  }
  const result = await prepare("cub", archive, out);
  expect(result.problems).toEqual([]);
  expect(contentOfSet(out)).toEqual(expected);
}, 60_000);

test("a process killed while it says that all is done leaves nothing behind that the same command does not remove", async () => {
  const out = join(folder, "at-the-end");
  await prepare("cub", archive, out);
  const note = JSON.parse(readFileSync(join(out, "prepare.json"), "utf8"));
  writeFileSync(join(out, "prepare.json"), JSON.stringify({ ...note, result: null }));
  writeFileSync(join(out, ".prepare.json.0123456789ab.tmp"), JSON.stringify(note).slice(0, 40));
  expect((await prepare("cub", archive, out)).status).toBe("prepared");
  expect(contentOfSet(out)).toEqual(expected);
});

const canMount = process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0;
const small = join(folder, "small-disk");

function mounted(size: string): boolean {
  mkdirSync(small, { recursive: true });
  return canMount && spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", small]).status === 0;
}

test("a full disk is told with the path, leaves nothing half-written, and more space completes the set", async () => {
  if (!mounted("1m")) {
    console.warn("skipped: a full disk needs the right to mount a small one");
    return;
  }
  try {
    const out = join(small, "out");
    const error = await caught(() => prepare("cub", archive, out));
    expect(error).toMatchObject({ code: "ERR_WSOL_WRITE", details: { code: "ENOSPC" } });
    expect(error.message).toContain("no space left");
    expect(existsSync(join(out, "metadata"))).toBe(false);
    const left = contentOfSet(out);
    expect(Object.keys(left).filter((path) => path.endsWith(".tmp"))).toEqual([]);
    for (const [path, content] of Object.entries(left)) expect(content).toBe(expected[path]);
    expect(spawnSync("mount", ["-o", "remount,size=64m", small]).status).toBe(0);
    expect((await prepare("cub", archive, out)).problems).toEqual([]);
    expect(contentOfSet(out)).toEqual(expected);
  } finally {
    spawnSync("umount", [small]);
  }
}, 60_000);
