import { join } from "node:path";
import { groupBySettings, standardDeviation } from "../../../lib/runs/seed-means";
import { readRunSummaries } from "../../../lib/runs/summary";
import { type FakeRun, fakeEvaluated, fakeEvaluation, writeFakeRun } from "../../support/fake-run";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
let made = 0;

async function groupsOf(...runs: FakeRun[]): Promise<number> {
  const folders = runs.map((run) => writeFakeRun(join(root, String(made++)), run));
  return groupBySettings(await readRunSummaries(folders)).length;
}

describe("groupBySettings", () => {
  test("puts runs together that differ in the seed alone", async () => {
    expect(await groupsOf({ config: { seed: 0 } }, { config: { seed: 1 } })).toBe(1);
  });

  test.each<[string, FakeRun]>([
    ["setting", { config: { optim: { lr: 1 } } }],
    ["data set", { data: "/data/other" }],
    ["package version", { environment: { package: "0.0.9" } }],
    ["threshold grid", { evaluation: fakeEvaluation({ evaluated: fakeEvaluated({ step: 0.01 }) }) }],
    ["fingerprint", { evaluation: fakeEvaluation({ evaluated: fakeEvaluated({ fingerprint: "f" }) }) }],
    ["checkpoint", { evaluation: fakeEvaluation({ evaluated: fakeEvaluated({}, { checkpoint: "best" }) }) }],
  ])("keeps runs of another %s apart", async (_, other) => {
    expect(await groupsOf({}, other)).toBe(2);
  });
});

test("standardDeviation is that of the sample, and null for one value", () => {
  expect(standardDeviation([1, 2, 3])).toBe(1);
  expect(standardDeviation([1])).toBeNull();
});
