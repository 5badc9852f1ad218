import { studyArm } from "../study/plan";
import { sweepArms } from "../sweep/arms";
import type { Experiment } from "./experiment";
import { PUBLISHED_PAIR, UNKNOWN_REDUCTION } from "./published";
import { EPS_GRID, REDUCTIONS } from "./strengths";

/** Of the paper's ablation. */
const LAMBDAS = [1e-5, 1e-4, 1e-3, 1e-2] as const;

/** How strong the term should be: the paper's lambdas under each reading of its sum, and the same question asked in eps. */
export const lambda: Experiment = {
  title: "Ablation of lambda: 1e-5 to 1e-2 in all reductions, and effective eps from 0 to 0.8",
  varies: ["loss.regularizer", "loss.lambda", "loss.reduction"],
  comparesBackbones: false,
  choosesStrength: true,
  isCurve: false,
  published: null,
  notes: [UNKNOWN_REDUCTION, `The paper's best lambda is ${PUBLISHED_PAIR.lambda}.`],
  arms: ({ config, counts }) => [
    ...sweepArms(config, { eps: EPS_GRID }, counts),
    ...REDUCTIONS.flatMap((reduction) =>
      LAMBDAS.map((value) =>
        studyArm([
          ["loss.reduction", reduction],
          ["loss.lambda", value],
        ]),
      ),
    ),
  ],
};
