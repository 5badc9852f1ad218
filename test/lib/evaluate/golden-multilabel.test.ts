import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Evaluation } from "../../../lib/runs/evaluation";
import { compare } from "../../../lib/studies/compare/compare";
import { runWsol } from "../../support/run-wsol";
import { REPOSITORY } from "../../support/sources";

jest.setTimeout(120_000);

const golden = join(REPOSITORY, "..", "shared", "golden", "multilabel");
const isPresent = existsSync(join(golden, "expected.json"));
if (!isPresent) console.log(`skipped: the answers for images of several classes are not in ${golden}`);

const LEVELS = ["0.3", "0.5", "0.7"] as const;

interface Answers {
  readonly mPxap: number;
  readonly pairs: number;
  readonly maxBoxAcc: readonly number[];
  readonly maxBoxAccV2: readonly number[];
  readonly pxap_pooled_over_pairs: number;
}

(isPresent ? describe : describe.skip)("the golden answers for images of several classes", () => {
  const expected = isPresent ? JSON.parse(readFileSync(join(golden, "expected.json"), "utf8")) : {};
  const paths = { scoremaps: join(golden, "scoremaps"), data: join(golden, "data") };

  function expectPercent(fraction: number | null | undefined, percent: number): void {
    expect(Math.abs((fraction ?? Number.NaN) * 100 - percent)).toBeLessThan(1e-9);
  }

  test.each(["0.001", "0.01"])("are met by the command at step %s, to 1e-9", async (step) => {
    const answers = expected[`step=${step}`] as Answers;
    const args = ["--scoremaps", paths.scoremaps, "--data", paths.data, "--split", "test", "--step", step, "--json"];
    const { code, stdout, stderr } = await runWsol(["evaluate", ...args]);
    expect([code, stderr]).toEqual([0, ""]);
    const result = JSON.parse(stdout) as Evaluation;
    expect([result.images, result.pairs, result.top1Cls]).toEqual([12, answers.pairs, null]);
    expectPercent(result.pxap, answers.pxap_pooled_over_pairs);
    expectPercent(result.mPxap, answers.mPxap);
    for (const [index, level] of LEVELS.entries()) {
      expectPercent(result.maxBoxAcc?.[level], answers.maxBoxAcc[index]!);
      expectPercent(result.maxBoxAccV2?.[level], answers.maxBoxAccV2[index]!);
    }
    expectPercent(result.gtKnownLoc, answers.maxBoxAcc[1]!);
  });

  test("are what a comparison of the folder with itself resamples", async () => {
    const answers = expected["step=0.01"] as Answers;
    const options = { scoreMaps: true, data: paths.data, step: 0.01, resamples: 200 };
    const { figures, a, images } = await compare(paths.scoremaps, paths.scoremaps, options);
    expect(images).toBe(12);
    expectPercent(a[0]!.figures.gtKnownLoc, answers.maxBoxAcc[1]!);
    expectPercent(a[0]!.figures.pxap, answers.pxap_pooled_over_pairs);
    expect(figures.gtKnownLoc).toMatchObject({ difference: 0, interval: [0, 0] });
  });
});
