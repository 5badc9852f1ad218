import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import { evaluateScoreMaps } from "../../../lib/evaluate/score-maps/evaluate-score-maps";
import { readScoreMap } from "../../../lib/evaluate/score-maps/score-map-file";
import { boxesFromScoreMap } from "../../../lib/metrics/boxes";
import type { Evaluation } from "../../../lib/runs/evaluation";
import { REPOSITORY } from "../../support/sources";

// Loaded machines need more than the default.
jest.setTimeout(60_000);

const golden = join(REPOSITORY, "..", "shared", "golden", "evaluator");
const isPresent = existsSync(join(golden, "expected.json"));
if (!isPresent) console.log(`skipped: the reference evaluator's answers are not in ${golden}`);

const LEVELS = ["0.3", "0.5", "0.7"] as const;

interface Answers {
  readonly largest_contour: readonly number[];
  readonly all_contours: readonly number[];
  readonly largest_contour_correct_counts_sum: Readonly<Record<string, number>>;
  readonly all_contours_correct_counts_sum: Readonly<Record<string, number>>;
  readonly pxap: number;
}
type Boxes = readonly (readonly number[])[] | { readonly count: number; readonly sum: readonly number[] };

(isPresent ? describe : describe.skip)("the reference evaluator's answers", () => {
  const expected = isPresent ? JSON.parse(readFileSync(join(golden, "expected.json"), "utf8")) : {};
  const evaluateRoot = (root: string, step: number) =>
    evaluateScoreMaps(join(golden, "scoremaps"), join(golden, root), { step });

  function expectPercent(fraction: number | null | undefined, percent: number): void {
    expect(Math.abs((fraction ?? Number.NaN) * 100 - percent)).toBeLessThan(1e-9);
  }

  const hits = ({ images }: Evaluation, rates: readonly number[] | undefined) =>
    rates?.reduce((sum, rate) => sum + Math.round(rate * images), 0);

  test.each([0.001, 0.01])("of boxes are met at step %d: rates to 1e-9, hit counts exactly", async (step) => {
    const answers = expected[`step=${step}`] as Answers;
    const result = await evaluateRoot("boxes", step);
    expect([result.images, result.top1Cls, result.pxap]).toEqual([20, null, null]);
    for (const [index, level] of LEVELS.entries()) {
      expectPercent(result.maxBoxAcc?.[level], answers.largest_contour[index]!);
      expectPercent(result.maxBoxAccV2?.[level], answers.all_contours[index]!);
      const name = String(Number(level) * 100);
      expect(hits(result, result.curves.maxBoxAcc?.[level])).toBe(answers.largest_contour_correct_counts_sum[name]);
      expect(hits(result, result.curves.maxBoxAccV2?.[level])).toBe(answers.all_contours_correct_counts_sum[name]);
    }
    expectPercent(result.gtKnownLoc, answers.largest_contour[1]!);
    expectPercent(result.maxBoxAccV2?.mean, answers.all_contours.reduce((sum, rate) => sum + rate, 0) / 3);
  });

  test.each([0.001, 0.01])("of masks are met at step %d: PxAP to 1e-9", async (step) => {
    const result = await evaluateRoot("masks", step);
    expectPercent(result.pxap, (expected[`step=${step}`] as Answers).pxap);
    expect([result.images, result.gtKnownLoc, result.curves.recall?.[0]]).toEqual([20, null, 1]);
  });

  test("of single maps are met: the same boxes at every threshold, by either rule", async () => {
    const { ids } = (await Dataset.open(join(golden, "boxes"))).split("test");
    let compared = 0;
    for (const id of ids) {
      const { data, width, height } = await readScoreMap(join(golden, "scoremaps", `${id}.npy`));
      for (const [threshold, byRule] of Object.entries(expected.boxes[id] ?? {})) {
        for (const [rule, answer] of Object.entries(byRule as Record<"largest" | "all", Boxes>)) {
          const options = { width, height, threshold: Number(threshold), rule: rule as "largest" | "all" };
          const found = boxesFromScoreMap(data, options).map((box) => [...box]);
          if ("count" in answer) {
            const sum = [0, 1, 2, 3].map((side) => found.reduce((total, box) => total + box[side]!, 0));
            expect({ count: found.length, sum }).toEqual(answer);
          } else {
            expect(found.sort(inOrder)).toEqual(answer);
          }
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThanOrEqual(96);
  });
});

function inOrder(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}
