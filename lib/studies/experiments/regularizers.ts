import type { Config } from "../../config/schema";
import { studyArm } from "../study/plan";
import type { Experiment } from "./experiment";

const REGULARIZERS = [
  ...(["label-smoothing", "confidence-penalty", "jeffreys", "jensen-shannon", "entropy"] as const),
] as const satisfies readonly Config["loss"]["regularizer"][];

/** Ours: the paper's are unknown. The same for all, though a unit of one is not a unit of another. */
const LAMBDAS = [0.1, 0.3, 0.9] as const;

/** The term against others that keep predictions from being too sure. */
export const regularizers: Experiment = {
  title: "Regularizers: label smoothing, confidence penalty, Jeffreys, Jensen-Shannon and the entropy term",
  varies: ["loss.regularizer", "loss.lambda"],
  comparesBackbones: false,
  choosesStrength: true,
  isCurve: false,
  published: null,
  notes: ["The strengths are ours; lambda is eps for label smoothing, and no unit that two terms share."],
  arms: () => [
    studyArm([["loss.regularizer", "none"]]),
    ...REGULARIZERS.flatMap((regularizer) =>
      LAMBDAS.map((lambda) =>
        studyArm([
          ["loss.regularizer", regularizer],
          ["loss.lambda", lambda],
        ]),
      ),
    ),
  ],
};
