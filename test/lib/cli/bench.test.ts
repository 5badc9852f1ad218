import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runWsol } from "../../support/run-wsol";
import { REPOSITORY } from "../../support/sources";
import { temporaryFolder } from "../../support/temporary-folder";

jest.setTimeout(120_000);

const folder = temporaryFolder();
// The one measurement that needs no LibTorch, without any peer.
const METRICS = ["bench", "--rows", "metrics", "--quick", "--python", join(folder, "no-python")];
const NO_LIBTORCH = { WSOL_LIBTORCH: join(folder, "no-libtorch") };

test("bench prints one table of our side, and says which peers are missing and how to get them", async () => {
  const { code, stdout, stderr } = await runWsol(METRICS, NO_LIBTORCH);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^measuring: evaluator, [^\n]+\n$/) });
  expect(stdout).toMatch(
    /\nwithout some of the peers: '.*no-python' cannot be run as Python: get them with `PYTHON -m pip install torch opencv-python-headless numpy pillow`/,
  );
  expect(stdout).toMatch(/\n +entropy-wsol +peer +ratio\n\nevaluator, /);
  for (const maps of ["smooth", "noise"])
    expect(stdout).toMatch(new RegExp(`\\n  ${maps} map of 224 px, both rules +\\d+\\.\\d+ ms +-\\n`));
});

test("bench --json is one document with a number for each row, null for nothing", async () => {
  const { code, stdout } = await runWsol([...METRICS, "--json"], NO_LIBTORCH);
  expect(code).toBe(0);
  const { quick, peers, missing, results } = JSON.parse(stdout);
  expect({ quick, peers }).toEqual({ quick: true, peers: {} });
  expect(missing).toContain("pip install");
  expect(results).toHaveLength(1);
  expect(results[0]).toMatchObject({ name: "metrics", problem: null, failed: false });
  const row = { measurement: "metrics", unit: "ms", ours: expect.any(Number), peers: [] };
  expect(results[0].rows).toEqual([
    { ...row, what: "smooth map of 224 px, both rules" },
    { ...row, what: "noise map of 224 px, both rules" },
  ]);
});

test("bench ends with 1 and the reason in the table where a measurement fails", async () => {
  const { code, stdout, stderr } = await runWsol(["bench", "--rows", "training", "--quick"], NO_LIBTORCH);
  expect(code).toBe(1);
  expect(stdout).toContain("\n  failed: ");
  expect(stdout).toContain("no-libtorch");
  expect(stderr.trimEnd().split("\n").at(-1)).toBe("not everything could be measured");
});

test("bench says that it has no photographs where there are none", async () => {
  const { code, stdout } = await runWsol(["bench", "--rows", "whole-run", "--quick", "--data", folder], NO_LIBTORCH);
  expect(code).toBe(0);
  expect(stdout).toContain(`\n  skipped: no photographs in '${folder}': name a data set with boxes by --data DIR\n`);
});

test("bench refuses a measurement that it does not know with exit code 2, and names those it does", async () => {
  const { code, stdout, stderr } = await runWsol(["bench", "--rows", "metrics,speed"]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  const [, list] = /^expected some of (.+) for '--rows', got 'speed'\n$/.exec(stderr)!;
  const scripts = readdirSync(join(REPOSITORY, "bench"));
  expect(scripts).toEqual(expect.arrayContaining(list!.split(", ").map((name) => `${name}.mjs`)));
});
