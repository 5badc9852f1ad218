import { runInNewContext } from "node:vm";
import { checkOptions, type OptionKeys } from "../../lib/options";
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
