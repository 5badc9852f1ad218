import { resolveConfig } from "../../../lib/config/resolve";
import type { ConfigInput } from "../../../lib/config/schema";
import { trainingLabel } from "../../../lib/report/training-label";

const label = (config: ConfigInput, effectiveEps: number | null = null) =>
  trainingLabel({ config: resolveConfig(config), effectiveEps });

test("a plain run is cross-entropy only, whatever its regularizer where lambda is 0", () => {
  expect(label({})).toBe("cross-entropy only");
  expect(label({ loss: { regularizer: "none", lambda: 1 } })).toBe("cross-entropy only");
  expect(label({ loss: { regularizer: "jeffreys" } })).toBe("cross-entropy only");
});

test("the entropy term is named with lambda, reduction and effective eps", () => {
  expect(label({ loss: { lambda: 0.1 } }, 1 / 11)).toBe("entropy, λ 0.1 (mean), effective ε 0.091");
  expect(label({ loss: { lambda: 1e-4, reduction: "sum" } }, 1e-5)).toBe("entropy, λ 0.0001 (sum), effective ε 1.0e-5");
  expect(label({ loss: { lambda: 0.1 } })).toBe("entropy, λ 0.1 (mean)");
});

test("another regularizer is named with its lambda", () => {
  expect(label({ loss: { regularizer: "label-smoothing", lambda: 0.3 } })).toBe("label-smoothing, λ 0.3");
});

test("a training method stands before the loss", () => {
  expect(label({ method: { name: "adl" }, loss: { lambda: 0.1 } }, 1 / 11)).toBe(
    "adl, entropy, λ 0.1 (mean), effective ε 0.091",
  );
  expect(label({ method: { name: "has" } })).toBe("has, cross-entropy only");
});

test("a lambda that was computed from an eps is shown without the rounding of doubles", () => {
  // 0.6 / (1 - 0.6)
  const loss = { lambda: 1.4999999999999998 };
  expect(label({ loss }, 0.6)).toBe("entropy, λ 1.5 (mean), effective ε 0.6");
  expect(label({ loss: { ...loss, regularizer: "jeffreys" } })).toBe("jeffreys, λ 1.5");
});
