import { configSchema } from "../../../lib/config/schema";
import { effectiveEps, effectiveEpsOfRun, lambdaForEps } from "../../../lib/losses/effective-eps";
import { regularizedLoss } from "../../../lib/losses/regularized-loss";

const entropy = (lambda: number, reduction: "mean" | "class-sum" | "sum") =>
  ({ regularizer: "entropy", lambda, reduction }) as const;

describe("effectiveEps", () => {
  test.each(["mean", "class-sum", "sum"] as const)("is what the native loss reports for %s", (reduction) => {
    const logits = [
      [2, 0, -1],
      [0, 1, 3],
    ];
    const native = regularizedLoss(logits, [0, 2], { lambda: 0.3, reduction });
    expect(effectiveEps(entropy(0.3, reduction), 3, 2)).toBeCloseTo(native.effectiveEps!, 15);
  });

  test("is null for other regularizers, and 0 for lambda 0", () => {
    expect(effectiveEps({ regularizer: "jeffreys", lambda: 0.3, reduction: "mean" }, 3, 2)).toBeNull();
    expect(effectiveEps(entropy(0, "sum"), 3, 2)).toBe(0);
  });
});

describe("effectiveEpsOfRun", () => {
  const config = (batchSize: number) =>
    configSchema.parse({ loss: { lambda: 1e-4, reduction: "sum" }, optim: { batchSize } });

  test("is that of the configured batch size, not of an epoch's smaller last batch", () => {
    // CUB: 5994 images of 200 classes; the last batch has 10.
    expect(effectiveEpsOfRun(config(32), 200, 5994)).toBeCloseTo(0.64 / 1.64, 12);
  });

  test("takes all images for a batch where there are fewer than its size", () => {
    expect(effectiveEpsOfRun(config(32), 200, 10)).toBeCloseTo(0.2 / 1.2, 12);
  });
});

describe("lambdaForEps", () => {
  test.each(["mean", "class-sum", "sum"] as const)("is the inverse of the effective eps for %s", (reduction) => {
    const config = configSchema.parse({ loss: { reduction } });
    const lambda = lambdaForEps(0.4, config, 10, 100);
    expect(effectiveEpsOfRun({ ...config, loss: { ...config.loss, lambda } }, 10, 100)).toBeCloseTo(0.4, 15);
  });

  test("is eps / ((1 - eps) k), k the classes times the images of a step for sum", () => {
    const config = configSchema.parse({ loss: { reduction: "sum" } });
    expect(lambdaForEps(0.5, config, 10, 100)).toBe(1 / 320);
    expect(lambdaForEps(0.5, config, 10, 16)).toBe(1 / 160);
    expect(lambdaForEps(0, config, 10, 16)).toBe(0);
  });
});
