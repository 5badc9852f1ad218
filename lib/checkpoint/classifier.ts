import type { Config } from "../config/schema";
import type { ClassifierFacts } from "../models/network";

/** What becomes of the classifier that weights bring along. */
export interface ClassifierChoice {
  readonly classifier: "loaded" | "fresh";
  /** Why it starts anew where nobody asked for that; else null. */
  readonly reason: string | null;
}

/** By `model.classifier`: `auto` loads a classifier of the same kind and class count, and starts another one anew. */
export function chooseClassifier(
  setting: Config["model"]["classifier"],
  given: ClassifierFacts | null,
  wanted: ClassifierFacts,
): ClassifierChoice {
  if (setting === "fresh") return { classifier: "fresh", reason: null };
  // Where there is none, the match names what is missing.
  if (setting === "load" || given === null) return { classifier: "loaded", reason: null };
  if (given.method !== wanted.method) {
    const kind = (method: ClassifierFacts["method"]) => (method === "acol" ? "ACoL's" : "a linear layer");
    return { classifier: "fresh", reason: `theirs is ${kind(given.method)}, this network's ${kind(wanted.method)}` };
  }
  if (given.numClasses !== wanted.numClasses) {
    return {
      classifier: "fresh",
      reason: `theirs has ${given.numClasses} classes, this network ${wanted.numClasses}`,
    };
  }
  return { classifier: "loaded", reason: null };
}
