import { join } from "node:path";
import type { ConfigInput } from "../../../lib/config/schema";
import { familiesOf, strengthOf } from "../../../lib/report/families";
import { readRunSummaries } from "../../../lib/runs/summary";
import { writeFakeRun } from "../../support/fake-run";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
let folders = 0;

async function familiesOfConfigs(...configs: ConfigInput[]) {
  const parent = join(root, String(folders++));
  const runs = await readRunSummaries(configs.map((config, at) => writeFakeRun(join(parent, String(at)), { config })));
  return familiesOf(runs).map(({ name, groups }) => [name, groups.map(([run]) => strengthOf(run!))]);
}

const entropy = (lambda: number, more: ConfigInput = {}): ConfigInput => ({ loss: { lambda }, ...more });

describe("families of runs", () => {
  it("are the strengths of one term, with the baseline, the weakest first", async () => {
    expect(await familiesOfConfigs(entropy(1), entropy(0), entropy(0.1))).toEqual([["entropy", [0, 0.1, 1]]]);
  });

  it("share the baseline among terms, whatever term it does not make use of", async () => {
    const jeffreys = (lambda: number): ConfigInput => ({ loss: { regularizer: "jeffreys", lambda } });
    expect(await familiesOfConfigs({ loss: { regularizer: "none" } }, entropy(1), jeffreys(2))).toEqual([
      ["entropy", [0, 1]],
      ["jeffreys", [0, 2]],
    ]);
  });

  it("have no baseline of another method, and are named by what tells them apart", async () => {
    const adl: ConfigInput = { method: { name: "adl" } };
    expect(await familiesOfConfigs(entropy(0), entropy(1), entropy(1, adl))).toEqual([
      ["none", [0, 1]],
      ["adl", [1]],
    ]);
  });

  it("take seeds together", async () => {
    expect(await familiesOfConfigs(entropy(1, { seed: 0 }), entropy(1, { seed: 1 }))).toEqual([["entropy", [1]]]);
  });

  it("are none without the term", async () => {
    expect(await familiesOfConfigs(entropy(0), { loss: { regularizer: "none", lambda: 3 } })).toEqual([]);
  });
});
