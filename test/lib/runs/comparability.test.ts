import { join } from "node:path";
import { DEFAULTS } from "../../../lib/config/defaults";
import { evaluationDifferences, scoreMapWords } from "../../../lib/runs/comparability";
import { readRunSummaries } from "../../../lib/runs/summary";
import { fakeEvaluated, fakeEvaluation, writeFakeRun } from "../../support/fake-run";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();

test("scoreMapWords names the settings that are numbers, and no others", () => {
  expect(scoreMapWords(DEFAULTS.scoreMap)).toBe("cam, stage 4, minmax, size 224");
});

describe("evaluationDifferences", () => {
  test("tells each condition in which evaluations differ, with every run's value, and passes over runs without one", async () => {
    const other = fakeEvaluation({
      split: "val",
      images: 20,
      evaluated: fakeEvaluated({ step: 0.01, sigma: 0.3, fingerprint: "f".repeat(64) }),
    });
    const folders = [
      writeFakeRun(join(root, "a")),
      writeFakeRun(join(root, "b"), { evaluation: null }),
      writeFakeRun(join(root, "c"), { evaluation: other }),
    ];
    const runs = await readRunSummaries(folders);
    expect(evaluationDifferences(runs)).toEqual([
      { what: "split", values: ["test", "val"] },
      { what: "number of images", values: ["300", "20"] },
      { what: "data", values: ["0123456789ab", "f".repeat(12)] },
      { what: "threshold step", values: ["0.001", "0.01"] },
      { what: "sigma", values: ["0.15", "0.3"] },
    ]);
    expect(evaluationDifferences(runs.slice(0, 2))).toEqual([]);
  });
});
