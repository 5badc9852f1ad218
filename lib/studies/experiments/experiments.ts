import { invalidArgument } from "../../errors";
import { entropy } from "./entropy";
import type { Experiment } from "./experiment";
import { lambda } from "./lambda";
import { main } from "./main";
import { regularizers } from "./regularizers";

/** The experiments of the paper, by name. */
export const EXPERIMENTS = { main, regularizers, lambda, entropy } as const satisfies Readonly<
  Record<string, Experiment>
>;

export type ExperimentName = keyof typeof EXPERIMENTS;

export const EXPERIMENT_NAMES = Object.keys(EXPERIMENTS) as ExperimentName[];

/** @throws ERR_WSOL_ARGUMENT for a name that does not exist */
export function experimentNamed(name: string): Experiment {
  if (Object.hasOwn(EXPERIMENTS, name)) return EXPERIMENTS[name as ExperimentName];
  throw invalidArgument("name", `one of ${EXPERIMENT_NAMES.join(", ")}`, name);
}
