import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { generateDataset } from "../lib/data/synth/generate";
import { REPOSITORY } from "./support/sources";
import { temporaryFolder } from "./support/temporary-folder";

// Every example is compiled as its first comment says, and run from an empty folder with a small data set in it.

const folder = temporaryFolder();
const compiled = join(REPOSITORY, "build", "examples");
const data = join(folder, "quickstart", "data");

function node(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

const example = (name: string, ...args: readonly string[]) => node(join(compiled, `${name}.mjs`), ...args);

beforeAll(async () => {
  rmSync(compiled, { recursive: true, force: true });
  const tsc = realpathSync(join(REPOSITORY, "node_modules", ".bin", "tsc"));
  expect(node(tsc, "-p", join(REPOSITORY, "examples"))).toEqual({ status: 0, stdout: "", stderr: "" });
  await generateDataset(data, { classes: 3, train: 24, val: 6, test: 9, size: 72, seed: 3 });
}, 120_000);

const RUN: string[] = [];

test("train-and-localize trains, localizes and evaluates", () => {
  const { status, stdout, stderr } = example("train-and-localize");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^epoch 1: loss \d+\.\d+, entropy \d+\.\d+$/);
  expect(lines[3]).toMatch(/^top-1 [01](\.\d+)?, GT-known Loc [01](\.\d+)?, PxAP 0\.\d+$/);
  RUN.push("train-and-localize");
}, 120_000);

test("inspect-entropy lists the images of a run, least sure first", () => {
  const { status, stdout, stderr } = example("inspect-entropy", join(folder, "runs", "example"), data);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(10);
  const fractions = lines.slice(0, 9).map((line) => Number.parseFloat(line));
  expect(fractions).toEqual([...fractions].sort((a, b) => b - a));
  expect(lines[9]).toMatch(/^mean entropy of 9 images: [01]\.\d{3} of log C$/);
  RUN.push("inspect-entropy");
}, 60_000);

test("stage-features draws a sheet and tells where each stage looks", () => {
  const image = join(
    data,
    "images",
    readFileSync(join(data, "metadata", "test", "image_ids.txt"), "utf8").split("\n")[0]!,
  );
  const picture = join(folder, "sheet.png");
  const { status, stdout, stderr } = example("stage-features", join(folder, "runs", "example"), image, picture);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.trim().split("\n");
  expect(lines[0]).toMatch(/^example: .+, p [01](\.\d+)?$/);
  expect(lines.slice(1).every((line) => /^stage \d, \d+ x \d+: largest at \d+, \d+$/.test(line))).toBe(true);
  expect([lines.length, existsSync(picture)]).toEqual([5, true]);
  RUN.push("stage-features");
}, 60_000);

test("report-with-gallery writes the page of a run, its gallery in it", () => {
  const { status, stdout, stderr } = example("report-with-gallery", join(folder, "runs", "example"), data);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^report\.html: 1 run, 9 images, \d+ KiB\n$/);
  expect(readFileSync(join(folder, "report.html"), "utf8")).toContain('id="gallery-data"');
  RUN.push("report-with-gallery");
}, 60_000);

test("regularized-loss prints the loss of each lambda and the eps of each reduction", () => {
  const { status, stdout, stderr } = example("regularized-loss");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("lambda 0: loss ");
  expect(stdout).toMatch(/mean {5} eps = 0\.0909\n {2}class-sum eps = 0\.2857\n {2}sum {6} eps = 0\.4444\n$/);
  RUN.push("regularized-loss");
}, 60_000);

test("evaluate-score-maps prints the metrics of hand-made score maps", () => {
  const { status, stdout, stderr } = example("evaluate-score-maps");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("GT-known Loc");
  RUN.push("evaluate-score-maps");
}, 60_000);

test("sweep-lambda runs each strength and seed, and names the sweet spot", () => {
  const { status, stdout, stderr } = example("sweep-lambda");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(4 + 2 + 1);
  expect(lines[0]).toMatch(/^eps=0_seed=0: GT-known Loc [01](\.\d+)?$/);
  expect(lines[5]).toMatch(/^eps=0\.4: eps 0\.4\d*, GT-known /);
  expect(lines[6]).toMatch(/^sweet spot: eps=0\S*; not distinguishable from it: /);
  RUN.push("sweep-lambda");
}, 120_000);

test("compare-runs evaluates two runs and says whether the second beats the first", () => {
  const run = join(folder, "runs", "example");
  const { status, stdout, stderr } = example("compare-runs", data, run, run);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.trim().split("\n");
  expect(lines[0]).toBe("top1Cls      0.000 (0.000 to 0.000)");
  expect(lines.at(-1)).toMatch(/^B does not beat A: not distinguishable in localization /);
  RUN.push("compare-runs");
}, 60_000);
test("reproduce-quick runs the grid of eps and prints the curve by rising entropy", () => {
  const { status, stdout, stderr } = example("reproduce-quick", data);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.match(/^eps=0(\.\d)?_seed=0: done$/gm)).toHaveLength(9);
  expect(stdout).toContain("recipe small. Quick: ");
  const entropies = [...stdout.matchAll(/: entropy (\d+\.\d) % of log C, top-1 \d+\.\d %$/gm)].map((match) =>
    Number(match[1]),
  );
  expect(entropies).toHaveLength(9);
  expect(entropies).toEqual([...entropies].sort((a, b) => a - b));
  RUN.push("reproduce-quick");
}, 180_000);

test("no example is left out", () => {
  const all = readdirSync(compiled).map((name) => basename(name, ".mjs"));
  expect(all.length).toBeGreaterThan(3);
  expect(RUN.sort()).toEqual(all.sort());
});
