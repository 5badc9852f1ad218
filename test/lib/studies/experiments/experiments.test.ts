import { flatten } from "../../../../lib/config/flatten";
import { resolveConfig } from "../../../../lib/config/resolve";
import type { ConfigInput } from "../../../../lib/config/schema";
import {
  EXPERIMENT_NAMES,
  EXPERIMENTS,
  type ExperimentName,
  experimentNamed,
} from "../../../../lib/studies/experiments/experiments";
import { configOfArm } from "../../../../lib/studies/study/plan";
import { caught } from "../../../support/caught";

const counts = { numClasses: 8, trainImages: 800 };
const armsOf = (name: ExperimentName, given: ConfigInput = {}) =>
  EXPERIMENTS[name].arms({ config: given, given, counts });
const namesOf = (name: ExperimentName, given: ConfigInput = {}) => armsOf(name, given).map((arm) => arm.name);

const MAIN = (backbone: string) => [
  `model.backbone=${backbone}_method.name=none`,
  `model.backbone=${backbone}_method.name=has`,
  `model.backbone=${backbone}_method.name=cutmix`,
  `model.backbone=${backbone}_method.name=adl`,
  `model.backbone=${backbone}_method.name=rdap`,
  `model.backbone=${backbone}_loss.reduction=mean_loss.lambda=0.0001`,
  `model.backbone=${backbone}_loss.reduction=class-sum_loss.lambda=0.0001`,
  `model.backbone=${backbone}_loss.reduction=sum_loss.lambda=0.0001`,
];

test("main has every method and the term in every reduction, on both backbones of the paper", () => {
  expect(namesOf("main")).toEqual([...MAIN("preresnet18"), ...MAIN("seresnet50")]);
});

test("main stays with a backbone that is set", () => {
  expect(namesOf("main", { model: { backbone: "resnet50" } })).toEqual(MAIN("resnet50"));
});

test("regularizers has the plain loss, and five terms at three strengths", () => {
  expect(namesOf("regularizers")).toEqual([
    "loss.regularizer=none",
    ...["label-smoothing", "confidence-penalty", "jeffreys", "jensen-shannon", "entropy"].flatMap((regularizer) =>
      [0.1, 0.3, 0.9].map((lambda) => `loss.regularizer=${regularizer}_loss.lambda=${lambda}`),
    ),
  ]);
});

const GRID = ["eps=0", "eps=0.1", "eps=0.2", "eps=0.3", "eps=0.4", "eps=0.5", "eps=0.6", "eps=0.7", "eps=0.8"];

test("lambda has the effective eps from 0 to 0.8, and the paper's lambdas in every reduction", () => {
  expect(namesOf("lambda")).toEqual([
    ...GRID,
    ...["mean", "class-sum", "sum"].flatMap((reduction) =>
      ["0.00001", "0.0001", "0.001", "0.01"].map((lambda) => `loss.reduction=${reduction}_loss.lambda=${lambda}`),
    ),
  ]);
});

test("entropy has the effective eps from 0 to 0.8", () => {
  expect(namesOf("entropy")).toEqual(GRID);
  expect(armsOf("entropy")[5]!.settings).toEqual({ "loss.lambda": 1 });
  // With `sum`, k is 8 classes times 32 images.
  expect(armsOf("entropy", { loss: { reduction: "sum" } })[5]!.settings).toEqual({ "loss.lambda": 1 / 256 });
});

test.each(EXPERIMENT_NAMES)("every arm of %s is a configuration, and sets no key but those it varies", (name) => {
  const { varies, comparesBackbones } = EXPERIMENTS[name];
  for (const arm of armsOf(name)) {
    expect(flatten(configOfArm({}, arm)).size).toBe(flatten(resolveConfig({})).size);
    const own = Object.keys(arm.settings).filter((key) => !(comparesBackbones && key === "model.backbone"));
    expect(own.filter((key) => !(varies as readonly string[]).includes(key))).toEqual([]);
  }
});

test("the published pair has neither data nor metric", () => {
  expect(EXPERIMENTS.main.published).toEqual({
    ...{ entropy: 86.8, previousBest: 74.8, lambda: 1e-4 },
    ...{ data: null, metric: null, backbone: null },
  });
  expect(EXPERIMENT_NAMES.filter((name) => EXPERIMENTS[name].published !== null)).toEqual(["main"]);
});

test.each(["Main", "toString", ""])(
  "an experiment that does not exist, '%s', is refused with those that do",
  async (name) => {
    const error = await caught(() => experimentNamed(name));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "name" } });
    expect(error.message).toContain("one of main, regularizers, lambda, entropy");
  },
);
