import { runInNewContext } from "node:vm";
import { evaluate } from "../../lib/evaluate/evaluate";
import { evaluateScoreMaps } from "../../lib/evaluate/score-maps/evaluate-score-maps";
import { Localizer } from "../../lib/localize/localizer";
import { regularizedLoss } from "../../lib/losses/regularized-loss";
import { boxesFromScoreMap } from "../../lib/metrics/boxes";
import { MaxBoxAcc } from "../../lib/metrics/max-box-acc";
import { PixelAp } from "../../lib/metrics/pixel-ap";
import { checkOptions, type OptionKeys } from "../../lib/options";
import { writeReport } from "../../lib/report/report";
import { fit as train } from "../../lib/train/fit";
import { caught } from "../support/caught";

interface Options {
  readonly threshold?: number;
  readonly topK?: number;
}

const KNOWN: OptionKeys<Options> = { threshold: true, topK: true };
const check = (options: unknown) => checkOptions(options as Options, KNOWN);

describe("checkOptions", () => {
  test.each([[{}], [{ threshold: 0.1 }], [{ topK: undefined, threshold: 0.1 }], [runInNewContext("({ topK: 2 })")]])(
    "takes %j",
    (options) => {
      expect(() => check(options)).not.toThrow();
    },
  );

  test.each([
    [{ treshold: 0.1 }, "treshold", "threshold"],
    [{ threshold: 0.1, TopK: 1 }, "TopK", "topK"],
    [{ toString: 1 }, "toString", "topK"],
    [{ tresh: undefined }, "tresh", "threshold"],
  ])("rejects %j, and names the nearest option", async (options, option, nearest) => {
    expect(await caught(() => check(options))).toMatchObject({
      code: "ERR_WSOL_ARGUMENT",
      message: `unknown option '${option}'`,
      fix: `Did you mean '${nearest}'?`,
      details: { option, nearest },
    });
  });

  test.each([[null], [3], ["threshold"], [[0.1]], [undefined]])("rejects %j, which is no object", async (options) => {
    expect(await caught(() => check(options))).toMatchObject({
      code: "ERR_WSOL_ARGUMENT",
      details: { parameter: "options", expected: "an object" },
    });
  });
});

// Each call would go wrong in another way, had it not looked at its options first.
test.each<[string, string, (options: never) => unknown]>([
  ["fit", "resume", (options) => train("absent", { out: "" }, options)],
  ["Localizer.load", "device", (options) => Localizer.load("absent", options)],
  ["evaluate", "scoreMapsDir", (options) => evaluate(null as never, "absent", options)],
  ["evaluateScoreMaps", "masksDir", (options) => evaluateScoreMaps("absent", "absent", options)],
  ["new MaxBoxAcc", "extraThresholds", (options) => new MaxBoxAcc(options)],
  ["new PixelAp", "threads", (options) => new PixelAp(options)],
  ["boxesFromScoreMap", "threshold", (options) => boxesFromScoreMap(new Float64Array(4), options)],
  ["regularizedLoss", "lambda", (options) => regularizedLoss([], [], options)],
  ["writeReport", "command", (options) => writeReport(options)],
])("%s refuses a mistyped option, and names '%s'", async (_, name, call) => {
  const option = name.slice(0, -1);
  expect(await caught(async () => call({ [option]: 1 } as never))).toMatchObject({
    code: "ERR_WSOL_ARGUMENT",
    details: { option, nearest: name },
  });
});
