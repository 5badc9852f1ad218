import { evenValues, parseVary, valuesOfKeys } from "../../../../lib/studies/sweep/vary";
import { caught } from "../../../support/caught";

test("FROM:TO:N is N values, ends included, of 10 significant digits", () => {
  expect(evenValues({ from: 0, to: 0.8, count: 7 })).toEqual([
    0, 0.1333333333, 0.2666666667, 0.4, 0.5333333333, 0.6666666667, 0.8,
  ]);
  expect(evenValues({ from: 0, to: 0.8, count: 9 })).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
});

test("the values of --vary are read as --set reads them, in the order of the options", () => {
  expect(
    Object.entries(parseVary(["loss.lambda=0,1e-1,1", "method.name=none, adl", "optim.nesterov=true,null"])),
  ).toEqual([
    ["loss.lambda", [0, 0.1, 1]],
    ["method.name", ["none", "adl"]],
    ["optim.nesterov", [true, null]],
  ]);
  expect(parseVary(["eps=0:0.8:9"])).toEqual({ eps: { from: 0, to: 0.8, count: 9 } });
  expect(parseVary(["eps=0,0.4"])).toEqual({ eps: [0, 0.4] });
});

test.each([["loss.lambda"], ["=1"], ["loss.lambda="], ["eps=0:1"], ["eps=0:0.8:3:4"]])(
  "--vary %s is wrong use",
  async (text) => {
    expect(await caught(() => parseVary([text]))).toMatchObject({ code: "ERR_WSOL_USAGE" });
  },
);

test("a key that is given twice is wrong use", async () => {
  expect(await caught(() => parseVary(["eps=0", "eps=0.1"]))).toMatchObject({
    code: "ERR_WSOL_USAGE",
    message: "'--vary eps' is given twice",
  });
});

test("a key that does not exist is refused in the schema's words, with the nearest that does", async () => {
  expect(await caught(() => valuesOfKeys({ "loss.lamda": [0, 1] }))).toMatchObject({
    code: "ERR_WSOL_CONFIG",
    message: "unknown configuration key 'loss.lamda'",
    fix: "Did you mean 'loss.lambda'?",
  });
});

test.each(["seed", "device", "threads", "data.cacheMemory", "data.workers", "evaluation.step"])(
  "%s cannot be varied",
  async (key) => {
    expect(await caught(() => valuesOfKeys({ [key]: [0, 1] }))).toMatchObject({
      code: "ERR_WSOL_CONFIG",
      message: `'${key}' cannot be varied`,
      details: { key },
    });
  },
);

test.each([
  ["a section", { loss: [0] }, "loss"],
  ["no values", { "loss.lambda": [] }, "loss.lambda"],
  ["a value twice", { "loss.lambda": [0, 1, 0] }, "loss.lambda"],
  ["a span of another key", { "loss.lambda": { from: 0, to: 1, count: 3 } }, "loss.lambda"],
  ["an eps of 1", { eps: [0, 1] }, "eps"],
  ["an eps below 0", { eps: [-0.1] }, "eps"],
  ["an eps that is no number", { eps: [0, Number.NaN] }, "eps"],
  ["a span of one value", { eps: { from: 0, to: 0.8, count: 1 } }, "eps"],
  ["a span that ends nowhere", { eps: { from: 0, to: Number.NaN, count: 3 } }, "eps"],
])("refuses %s, naming the key", async (_, vary, key) => {
  expect(await caught(() => valuesOfKeys(vary))).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { key } });
});
