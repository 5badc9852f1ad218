import { join } from "node:path";
import { DEFAULTS } from "../../../lib/config/defaults";
import { evaluateCommand } from "../../../lib/runs/commands";
import type { Evaluated, EvaluatedModel } from "../../../lib/runs/evaluation";
import { readRunSummaries } from "../../../lib/runs/summary";
import { type FakeRun, fakeEvaluated, fakeEvaluation, writeFakeRun } from "../../support/fake-run";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
let made = 0;

/** What follows `--split test`. */
async function optionsOf(
  evaluated: Partial<Evaluated>,
  model: Partial<EvaluatedModel> = {},
  run: FakeRun = {},
): Promise<string> {
  const evaluation = fakeEvaluation({ evaluated: fakeEvaluated(evaluated, model) });
  const [summary] = await readRunSummaries([writeFakeRun(join(root, String(made++)), { evaluation, ...run })]);
  return evaluateCommand(summary!)!.split("--split test")[1]!;
}

describe("the command that made an evaluation", () => {
  test("has no option that is as the run was trained", async () => {
    expect(await optionsOf({})).toBe("");
    const config = { evaluation: { step: 0.01, sigma: 0.2 } };
    expect(await optionsOf({ step: 0.01, sigma: 0.2 }, {}, { config })).toBe("");
  });

  test("has every option that is not, quoted for a shell", async () => {
    expect(
      await optionsOf(
        { step: 0.01, sigma: 0.2, masks: "/my masks" },
        { checkpoint: "best", device: "cuda:1", scoreMap: { ...DEFAULTS.scoreMap, normalisation: "pas", size: 112 } },
      ),
    ).toBe(
      " --checkpoint best --step 0.01 --sigma 0.2 --masks '/my masks' --device cuda:1" +
        " --set scoreMap.normalisation=pas --set scoreMap.size=112",
    );
  });

  test("names the device where the run's own was chosen by hand", async () => {
    expect(await optionsOf({}, { device: "cpu" }, { config: { device: "cpu" } })).toBe(" --device cpu");
  });

  test("names the data set that was evaluated, not the one trained on", async () => {
    const evaluation = fakeEvaluation({ evaluated: fakeEvaluated({ data: "/data/evaluated" }) });
    const folder = writeFakeRun(join(root, String(made++)), { evaluation, data: "/data/trained" });
    const [run] = await readRunSummaries([folder]);
    expect(evaluateCommand(run!)).toBe(`wsol evaluate --run ${folder} --data /data/evaluated --split test`);
  });

  test("says so where the options were not recorded, and is null before an evaluation", async () => {
    const older = writeFakeRun(join(root, String(made++)), { evaluation: fakeEvaluation({ evaluated: null }) });
    const without = writeFakeRun(join(root, String(made++)), { evaluation: null });
    const commands = (await readRunSummaries([older, without])).map(evaluateCommand);
    expect(commands).toEqual([
      `wsol evaluate --run ${older} --data /data/set --split test  # its other options were not recorded`,
      null,
    ]);
  });
});
