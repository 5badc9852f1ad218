import { chooseClassifier } from "../../../lib/checkpoint/classifier";

const linear = (numClasses: number) => ({ numClasses, method: "none" }) as const;
const acol = (numClasses: number) => ({ numClasses, method: "acol" }) as const;

describe("model.classifier", () => {
  test("auto loads a classifier of the same kind and class count, and starts any other anew with the reason", () => {
    expect(chooseClassifier("auto", linear(5), linear(5))).toEqual({ classifier: "loaded", reason: null });
    expect(chooseClassifier("auto", acol(5), acol(5))).toEqual({ classifier: "loaded", reason: null });
    expect(chooseClassifier("auto", linear(1000), linear(5))).toEqual({
      classifier: "fresh",
      reason: "theirs has 1000 classes, this network 5",
    });
    expect(chooseClassifier("auto", linear(5), acol(5))).toEqual({
      classifier: "fresh",
      reason: "theirs is a linear layer, this network's ACoL's",
    });
  });

  test("load never starts anew, fresh always does, and neither needs a reason", () => {
    expect(chooseClassifier("load", linear(1000), linear(5))).toEqual({ classifier: "loaded", reason: null });
    expect(chooseClassifier("fresh", linear(5), linear(5))).toEqual({ classifier: "fresh", reason: null });
  });

  test("auto leaves a file without any to the match, which names what is missing", () => {
    expect(chooseClassifier("auto", null, linear(5))).toEqual({ classifier: "loaded", reason: null });
  });
});
