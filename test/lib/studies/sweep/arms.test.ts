import type { ConfigInput } from "../../../../lib/config/schema";
import { sweepArms } from "../../../../lib/studies/sweep/arms";
import type { Vary } from "../../../../lib/studies/sweep/vary";
import { caught } from "../../../support/caught";

const COUNTS = { numClasses: 8, trainImages: 800 };
const arms = (vary: Vary, config: ConfigInput = {}) => sweepArms(config, vary, COUNTS);
const names = (vary: Vary, config?: ConfigInput) => arms(vary, config).map(({ name }) => name);

test("several keys give all combinations, the last key's values first", () => {
  expect(names({ "loss.lambda": [0, 0.1], "method.name": ["none", "adl"] })).toEqual([
    "loss.lambda=0_method.name=none",
    "loss.lambda=0_method.name=adl",
    "loss.lambda=0.1_method.name=none",
    "loss.lambda=0.1_method.name=adl",
  ]);
});

test("eps sets the lambda that amounts to it, eps / ((1 - eps) k), computed from the rounded eps", () => {
  const [zero, first, fourth] = arms({ eps: { from: 0, to: 0.8, count: 7 } }).filter((_, index) =>
    [0, 1, 3].includes(index),
  );
  expect(zero).toEqual({ name: "eps=0", settings: { "loss.lambda": 0 }, eps: 0 });
  expect(first).toEqual({
    name: "eps=0.1333333333",
    settings: { "loss.lambda": 0.15384615380177513 },
    eps: 0.1333333333,
  });
  expect(fourth!.settings).toEqual({ "loss.lambda": 0.4 / 0.6 });
});

test.each([
  ["mean", {}, 1],
  ["class-sum", {}, 8],
  ["sum", {}, 8 * 32],
  ["class-sum", { model: { numClasses: 20 } }, 20],
  ["sum", { optim: { batchSize: 1000 } }, 8 * 800],
] as const)("k of the reduction %s with %j is %i", (reduction, config, k) => {
  const [, arm] = arms({ eps: [0, 0.5] }, { ...config, loss: { reduction } });
  expect(arm!.settings["loss.lambda"]).toBe(1 / k);
});

test("k is that of the arm's own reduction", () => {
  const found = arms({ "loss.reduction": ["mean", "sum"], eps: [0, 0.5] });
  expect(found.map(({ settings }) => settings["loss.lambda"])).toEqual([0, 1, 0, 1 / 256]);
  expect(found[3]!.name).toBe("loss.reduction=sum_eps=0.5");
});

test.each([
  ["another regularizer", { eps: [0, 0.1] }, { loss: { regularizer: "jeffreys" } }, "loss.regularizer"],
  ["regularizers that are varied", { eps: [0, 0.1], "loss.regularizer": ["entropy", "none"] }, {}, "loss.regularizer"],
  ["a lambda that is set", { eps: [0, 0.1] }, { loss: { lambda: 0.1 } }, "loss.lambda"],
  ["a lambda that is varied", { eps: [0, 0.1], "loss.lambda": [0] }, {}, "loss.lambda"],
] as const)("eps is refused beside %s", async (_, vary, config, key) => {
  expect(await caught(() => arms(vary as Vary, config))).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { key } });
});

test.each([
  ["loss.lambda", { "loss.lambda": [0.1, 1] }],
  ["eps", { eps: [0.1, 0.2] }],
])("a sweep over %s without its baseline is refused", async (key, vary) => {
  expect(await caught(() => arms(vary))).toMatchObject({
    code: "ERR_WSOL_CONFIG",
    message: `expected 0, the baseline, among the values of '${key}', got none`,
    fix: `Add it: ${key}=0,…`,
  });
});

test("no regularizer is a baseline too, and a sweep over other keys needs none", () => {
  expect(names({ "loss.regularizer": ["none", "entropy"], "loss.lambda": [0.1] })).toHaveLength(2);
  expect(names({ "method.name": ["none", "adl"] }, { loss: { lambda: 0.1 } })).toHaveLength(2);
});

test("a combination that the schema refuses is refused with the arm's name", async () => {
  const vary = { "method.name": ["none", "acol"], "scoreMap.kind": ["cam", "grad-cam"] };
  expect(await caught(() => arms(vary))).toMatchObject({
    code: "ERR_WSOL_CONFIG",
    message: `in the arm 'method.name=acol_scoreMap.kind=grad-cam': expected 'cam' with method.name=acol, whose maps are its own for 'scoreMap.kind', got "grad-cam"`,
    details: { arm: "method.name=acol_scoreMap.kind=grad-cam", key: "scoreMap.kind" },
  });
});

test("refuses to vary nothing", async () => {
  expect(await caught(() => arms({}))).toMatchObject({ code: "ERR_WSOL_CONFIG" });
});
