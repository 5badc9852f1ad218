import { rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { writeBrokenData } from "../../support/broken-data";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { tinyDataset } from "../../support/tiny-data";

const folder = temporaryFolder();
const broken = join(folder, "broken");
// Nothing that is found there is a LibTorch.
const NO_LIBTORCH = { WSOL_LIBTORCH: join(folder, "no-libtorch") };
let sound: string;

beforeAll(async () => {
  sound = await tinyDataset(folder);
  await writeBrokenData(broken);
}, 60_000);

test("check prints one table and ends with 0 where only warnings were found, without any LibTorch", async () => {
  const root = join(folder, "leaking");
  await cp(sound, root, { recursive: true });
  const split = (name: string) => join(root, "metadata", name);
  rmSync(split("val"), { recursive: true });
  await cp(split("test"), split("val"), { recursive: true });
  const { code, stdout, stderr } = await runWsol(["check", "--data", root], NO_LIBTORCH);
  expect({ code, stderr: stderr.includes("ERR_WSOL") }).toEqual({ code: 0, stderr: false });
  expect(stdout).toContain("\nwarnings\n  images that two splits share: figures are too good: 9\n");
  expect(stdout).toContain("      and 4 more, which --json names\n");
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^0 errors, 9 warnings, \d+ notes?$/);
}, 30_000);

test("check ends with 3 where training would stop, with the table on stdout and the sum on stderr", async () => {
  const { code, stdout, stderr } = await runWsol(["check", "--data", broken], NO_LIBTORCH);
  expect(code).toBe(3);
  expect(stdout).toContain("errors: training or evaluation would stop\n");
  expect(stdout).toContain("  images that are damaged or truncated: 1\n      train  truncated.jpg  cannot be decoded");
  expect(stderr).toContain(`ERR_WSOL_DATA: 13 errors in '${broken}': training or evaluation would stop\n`);
}, 30_000);

test("check --json is one document with everything, also with exit code 3", async () => {
  const { code, stdout } = await runWsol(["check", "--data", broken, "--cmyk", "convert", "--workers", "2", "--json"]);
  const report = JSON.parse(stdout);
  expect([code, report.data, report.counts]).toEqual([3, broken, { error: 12, warning: 12, note: 5 }]);
  expect(Object.keys(report)).toEqual(["data", "splits", "classes", "findings", "counts"]);
}, 30_000);

test.each([
  [["check"], 2, "--data"],
  [["check", "--data", "nowhere"], 3, "ERR_WSOL_DATA: expected a data set's folder, got 'nowhere'"],
  [["check", "--data", "x", "--cmyk", "maybe"], 2, "refuse, convert"],
  [["check", "--data", "x", "--workers", "0"], 2, "whole number of at least 1"],
])(
  "%j is refused with exit code %d",
  async (args, code, words) => {
    const finished = await runWsol(args);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toContain(words);
  },
  30_000,
);

test("presets are printed with where each number is from, or as JSON", async () => {
  const all = await runWsol(["presets"]);
  expect(all.code).toBe(0);
  expect(all.stdout).toMatch(/^cub +0\.00023222617 +step +50 +15 +0\.15 +ImageNet weights +CUB-200-2011$/m);
  expect(all.stdout).toMatch(/^small +0\.05 +onecycle +15 +- +0\.15 +random weights /m);
  const one = await runWsol(["presets", "cub"]);
  expect(one.stdout).toMatch(/^ {2}optim\.lr +0\.00023222617 +reference's search$/m);
  expect(one.stdout).toMatch(/^ {2}seresnet50 +timm\/seresnet50\.ra2_in1k$/m);
  const { code, stdout } = await runWsol(["presets", "small", "--json"]);
  const small = JSON.parse(stdout);
  expect([code, small.name, small.weights]).toEqual([0, "small", null]);
  expect(small.settings["optim.epochs"]).toEqual({ value: 15, from: "ours" });
  expect(JSON.parse((await runWsol(["presets", "--json"])).stdout)).toHaveLength(7);
  const { code: refused, stderr } = await runWsol(["presets", "imagenet"]);
  expect([refused, stderr.includes("Allowed choices are cub,")]).toEqual([2, true]);
}, 60_000);
