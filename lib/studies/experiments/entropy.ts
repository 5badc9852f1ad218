import { sweepArms } from "../sweep/arms";
import type { Experiment } from "./experiment";
import { EPS_GRID } from "./strengths";

/** The paper's figure: classification and localization against how sure the network is. */
export const entropy: Experiment = {
  title: "Performance against the entropy of the predictions, effective eps from 0 to 0.8",
  varies: ["loss.regularizer", "loss.lambda"],
  comparesBackbones: false,
  choosesStrength: true,
  isCurve: true,
  published: null,
  notes: ["The paper's curve is a picture: its points are unknown."],
  arms: ({ config, counts }) => sweepArms(config, { eps: EPS_GRID }, counts),
};
