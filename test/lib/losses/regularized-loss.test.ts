import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type RegularizedLossOptions, regularizedLoss } from "../../../lib/losses/regularized-loss";
import { caught } from "../../support/caught";

const golden = join(__dirname, "../../../../shared/golden/backbones-and-losses.json");

const LOGITS = [
  [2, 0, -1],
  [0.5, 0.25, 4],
];
const TARGETS = [0, 1];

describe("regularizedLoss", () => {
  test("lambda 0 is the cross-entropy", () => {
    const { loss, crossEntropy, effectiveEps } = regularizedLoss([[Math.log(3), 0]], [0]);
    expect(loss).toBeCloseTo(-Math.log(0.75), 14);
    expect(crossEntropy).toBeCloseTo(loss, 14);
    expect(effectiveEps).toBe(0);
  });

  test("the entropy of uniform predictions is log C, and the term is 0 there", () => {
    const { loss, entropy } = regularizedLoss([[5, 5, 5, 5]], [2], { lambda: 3 });
    expect(entropy).toBeCloseTo(Math.log(4), 14);
    expect(loss).toBeCloseTo(Math.log(4), 14);
  });

  test("is (1 + lambda) times label smoothing at eps = lambda / (1 + lambda), less lambda log C", () => {
    const lambda = 0.7;
    const { loss } = regularizedLoss(LOGITS, TARGETS, { lambda });
    const eps = lambda / (1 + lambda);
    const smoothed = regularizedLoss(LOGITS, TARGETS, { regularizer: "label-smoothing", lambda: eps }).loss;
    expect(loss).toBeCloseTo((1 + lambda) * smoothed - lambda * Math.log(3), 12);
  });

  test("the gradient with respect to a logit is (1 + lambda) p - y - lambda / C, over the batch", () => {
    const lambda = 0.3;
    const { gradient } = regularizedLoss([[1, 2, 3]], [1], { lambda });
    const exponentials = [1, 2, 3].map(Math.exp);
    const sum = exponentials.reduce((a, b) => a + b);
    for (const [j, exponential] of exponentials.entries()) {
      const expected = ((1 + lambda) * exponential) / sum - (j === 1 ? 1 : 0) - lambda / 3;
      expect(gradient[j]).toBeCloseTo(expected, 13);
    }
  });

  test.each([
    ["mean", 0.1 / 1.1],
    ["class-sum", 0.3 / 1.3],
    ["sum", 0.6 / 1.6],
  ] as const)("reduction %s of 3 classes and 2 images has the effective eps %d", (reduction, eps) => {
    expect(regularizedLoss(LOGITS, TARGETS, { lambda: 0.1, reduction }).effectiveEps).toBeCloseTo(eps, 14);
  });

  test("a step down the gradient raises the entropy compared with lambda 0: the sign is plus", () => {
    const entropyAfter = (lambda: number) => {
      const { gradient } = regularizedLoss(LOGITS, TARGETS, { lambda });
      const moved = LOGITS.map((row, i) => row.map((logit, j) => logit - 0.1 * gradient[i * 3 + j]!));
      return regularizedLoss(moved, TARGETS).entropy;
    };
    expect(entropyAfter(0.5)).toBeGreaterThan(entropyAfter(0));
  });

  test("effective eps is null for the other regularizers", () => {
    for (const regularizer of [
      "none",
      "label-smoothing",
      "confidence-penalty",
      "jeffreys",
      "jensen-shannon",
    ] as const) {
      expect(regularizedLoss(LOGITS, TARGETS, { regularizer, lambda: 0.1 }).effectiveEps).toBeNull();
    }
  });

  test("stays finite for logits of 1e4", () => {
    for (const regularizer of ["entropy", "confidence-penalty", "jeffreys", "jensen-shannon"] as const) {
      const { loss, gradient } = regularizedLoss([[1e4, -1e4, 0]], [1], { regularizer, lambda: 1 });
      expect(Number.isFinite(loss)).toBe(true);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });

  test.each<[string, unknown, unknown, object, string]>([
    ["no rows", [], [], {}, "logits"],
    ["one class", [[1]], [0], {}, "logits"],
    [
      "rows of different lengths",
      [
        [1, 2],
        [1, 2, 3],
      ],
      [0, 0],
      {},
      "logits",
    ],
    ["no logits at all", undefined, [0], {}, "logits"],
    ["numbers instead of rows", [1, 2], [0, 0], {}, "logits"],
    ["fewer targets than rows", LOGITS, [0], {}, "targets"],
    ["no targets", LOGITS, undefined, {}, "targets"],
    ["a target out of range", LOGITS, [0, 3], {}, "target"],
    ["a negative target", LOGITS, [0, -1], {}, "target"],
    ["an unknown regularizer", LOGITS, TARGETS, { regularizer: "entropie" }, "regularizer"],
    ["an unknown reduction", LOGITS, TARGETS, { reduction: "average" }, "reduction"],
    ["a negative lambda", LOGITS, TARGETS, { lambda: -1 }, "lambda"],
    ["a row without a label", LOGITS, [0, []], {}, "target"],
    ["a label of a row twice", LOGITS, [0, [1, 1]], {}, "target"],
    ["one of several labels out of range", LOGITS, [0, [1, 3]], {}, "target"],
    ["an unknown loss", LOGITS, TARGETS, { multiLabel: "hinge" }, "multiLabel"],
    ["a term without a binary form", LOGITS, TARGETS, { regularizer: "jeffreys", multiLabel: "bce" }, "regularizer"],
    ["a lambda that is NaN", LOGITS, TARGETS, { lambda: Number.NaN }, "lambda"],
  ])("rejects %s", async (_, logits, targets, options, parameter) => {
    const act = () => regularizedLoss(logits as number[][], targets as number[], options as RegularizedLossOptions);
    const error = await caught(act);
    expect(error.code).toBe("ERR_WSOL_ARGUMENT");
    expect(error.message).toContain(parameter);
  });
});

describe("regularizedLoss of rows with several labels", () => {
  test("shares the target among them under softmax", () => {
    const { crossEntropy } = regularizedLoss([[0, Math.log(2), Math.log(5)]], [[0, 2]]);
    expect(crossEntropy).toBeCloseTo(-(Math.log(1 / 8) + Math.log(5 / 8)) / 2, 14);
  });

  test("is the mean binary cross-entropy of the classes under bce, its entropy that of the classes", () => {
    const { loss, entropy } = regularizedLoss([[0, Math.log(3)]], [[1]], { multiLabel: "bce" });
    expect(loss).toBeCloseTo((Math.log(2) - Math.log(3 / 4)) / 2, 14);
    const ofSecond = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    expect(entropy).toBeCloseTo((Math.LN2 + ofSecond) / 2, 14);
  });

  test.each(["softmax", "bce"] as const)("of one label each is that of the label under %s", (multiLabel) => {
    const options = { lambda: 0.2, multiLabel };
    expect(regularizedLoss(LOGITS, [[0], [1]], options)).toEqual(regularizedLoss(LOGITS, TARGETS, options));
  });
});

const goldenMethods = join(__dirname, "../../../../shared/golden/methods.json");

(existsSync(goldenMethods) ? test : test.skip)("agrees with the golden losses of images with several classes", () => {
  const { multi_label } = JSON.parse(readFileSync(goldenMethods, "utf8"));
  const targets = (multi_label.present as number[][]).map((row) =>
    row.flatMap((mark, label) => (mark === 1 ? [label] : [])),
  );
  const losses = [
    ["softmax", "softmax, uniform over the present classes, entropy"],
    ["bce", "bce, entropy against 1/2"],
  ] as const;
  for (const [multiLabel, key] of losses) {
    const answers = Object.entries<{ value: number; gradient: number[][] }>(multi_label[key]);
    expect(answers).toHaveLength(2);
    for (const [lambda, { value, gradient }] of answers) {
      const result = regularizedLoss(multi_label.logits, targets, { lambda: Number(lambda), multiLabel });
      expect(Math.abs(result.loss - value)).toBeLessThan(1e-12);
      const worst = Math.max(...gradient.flat().map((expected, i) => Math.abs(expected - result.gradient[i]!)));
      expect(worst).toBeLessThan(1e-12);
    }
  }
});

if (existsSync(golden)) {
  const { logits, targets, values } = JSON.parse(readFileSync(golden, "utf8")).losses;
  const cases = Object.entries<{ loss: number; grad: number[][] }>(values);

  test("the golden losses are there", () => expect(cases.length).toBeGreaterThan(5));

  test.each(cases)("agrees with the golden value and gradient of %s", (name, { loss, grad }) => {
    const [regularizer, lambda] = name.split("@") as [RegularizedLossOptions["regularizer"] & string, string];
    const result = regularizedLoss(logits, targets, { regularizer, lambda: Number(lambda) });
    expect(Math.abs(result.loss - loss)).toBeLessThan(1e-12);
    const worst = Math.max(...grad.flat().map((value, i) => Math.abs(value - result.gradient[i]!)));
    expect(worst).toBeLessThan(1e-12);
  });
} else {
  test.skip(`the golden losses agree (skipped: ${golden} is absent)`, () => undefined);
}
