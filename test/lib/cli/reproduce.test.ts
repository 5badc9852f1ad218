import { join } from "node:path";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { tinyDataset } from "../../support/tiny-data";

jest.setTimeout(120_000);

const folder = temporaryFolder();
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder, { train: 12, val: 3, test: 3 });
});

const TINY = ["data.imageSize=40", "data.cropSize=32", "optim.epochs=1", "device=cpu", "threads=1"];
const settings = TINY.flatMap((setting) => ["--set", setting]);
const reproduce = (...args: string[]) => runWsol(["reproduce", ...args]);

test("prints the table to stdout and the runs to stderr; with --json one document", async () => {
  const out = join(folder, "entropy");
  const args = ["entropy", "--data", data, "--out", out, "--quick", ...settings];
  const { code, stdout, stderr } = await reproduce(...args);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toContain("9 arms, 1 seed: 9 runs\n");
  expect(stdout).toMatch(/^Performance against the entropy of the predictions/);
  expect(stdout).toContain("recipe small\nQuick: ");
  expect(stdout).toMatch(/\neps=0\.8 +unknown +/);
  expect(stdout).toMatch(/\nBy rising entropy:\n/);
  expect(stdout).toMatch(/\nSeconds per run: mean \d+\.\d, most \d+\.\d\n$/);

  const again = await reproduce(...args, "--json");
  expect(again.code).toBe(0);
  expect(again.stderr).toContain("9 runs, 9 finished before\n");
  expect(JSON.parse(again.stdout)).toMatchObject({
    experiment: "entropy",
    isQuick: true,
    recipe: "small",
    seconds: [],
  });
});

test.each([
  [["figures"], 2, "Allowed choices are main, regularizers, lambda, entropy"],
  [["main", "--recipe", "coco"], 2, "Allowed choices are cub"],
  [["main", "--jobs", "0"], 2, "Expected a whole number of at least 1"],
  [["main", "--set", "method.name=adl"], 2, "'method.name' cannot be set"],
  [["main", "--set", "optim.lrr=1"], 2, "Did you mean 'optim.lr'?"],
] as const)("refuses %j", async (args, code, words) => {
  const { code: given, stdout, stderr } = await reproduce(...args, "--data", data, "--out", join(folder, "refused"));
  expect([given, stdout]).toEqual([code, ""]);
  expect(stderr).toContain(words);
});

test("needs data and a folder", async () => {
  const { code, stderr } = await reproduce("main", "--data", data);
  expect(code).toBe(2);
  expect(stderr).toContain("--out");
});
