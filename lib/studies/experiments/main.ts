import type { Config } from "../../config/schema";
import { type StudyArm, studyArm } from "../study/plan";
import type { Experiment, ExperimentSetting } from "./experiment";
import { PUBLISHED_PAIR, UNKNOWN_REDUCTION } from "./published";
import { REDUCTIONS } from "./strengths";

/** The paper's two. */
export const PAPER_BACKBONES = ["preresnet18", "seresnet50"] as const satisfies readonly Config["model"]["backbone"][];

/** `none` is class activation mapping by itself. */
const METHODS = ["none", "has", "cutmix", "adl", "rdap"] as const satisfies readonly Config["method"]["name"][];

/** The entropy term against the specialised methods, each by itself. */
export const main: Experiment = {
  title: "Main comparison: CAM, HaS, CutMix, ADL, RDAP and the entropy term",
  varies: ["method.name", "loss.regularizer", "loss.lambda", "loss.reduction"],
  comparesBackbones: true,
  choosesStrength: false,
  isCurve: false,
  published: PUBLISHED_PAIR,
  notes: [UNKNOWN_REDUCTION],
  arms: (setting) => backbonesOf(setting).flatMap(armsOfBackbone),
};

function backbonesOf({ given }: ExperimentSetting): readonly Config["model"]["backbone"][] {
  const chosen = given.model?.backbone;
  return chosen === undefined ? PAPER_BACKBONES : [chosen];
}

function armsOfBackbone(backbone: Config["model"]["backbone"]): StudyArm[] {
  const onBackbone = ["model.backbone", backbone] as const;
  const { lambda } = PUBLISHED_PAIR;
  return [
    ...METHODS.map((name) => studyArm([onBackbone, ["method.name", name]])),
    ...REDUCTIONS.map((reduction) => studyArm([onBackbone, ["loss.reduction", reduction], ["loss.lambda", lambda]])),
  ];
}
