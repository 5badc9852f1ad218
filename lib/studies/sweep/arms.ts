import { resolveConfig } from "../../config/resolve";
import type { ConfigInput } from "../../config/schema";
import { describe, WsolError } from "../../errors";
import { lambdaForEps } from "../../losses/effective-eps";
import { configOfArm, isUnregularized, type SettingValue, type StudyArm, studyArm } from "../study/plan";
import { EPS, refused, type Vary, valuesOfKeys } from "./vary";

/** What lambda follows from, for a given eps. */
export interface DataCounts {
  /** Of the data set. */
  readonly numClasses: number;
  readonly trainImages: number;
}

const LAMBDA = "loss.lambda";

/**
 * All combinations of the varied values, the last key's first, each checked with the schema.
 * @throws ERR_WSOL_CONFIG naming the key, or the arm that cannot be run
 */
export function sweepArms(config: ConfigInput, vary: Vary, counts: DataCounts): StudyArm[] {
  resolveConfig(config);
  const values = valuesOfKeys(vary);
  if (values.size === 0) throw new WsolError("ERR_WSOL_CONFIG", "expected at least one key to vary, got none");
  if (values.has(EPS)) refuseLambdaBesideEps(config, values);
  const arms = combinations([...values]).map((keys) => armOf(config, keys, counts));
  const configs = arms.map((arm) => configOfArm(config, arm));
  if (choosesStrength(vary) && !configs.some(({ loss }) => isUnregularized(loss))) {
    const key = values.has(EPS) ? EPS : LAMBDA;
    throw new WsolError("ERR_WSOL_CONFIG", `expected 0, the baseline, among the values of '${key}', got none`, {
      details: { key },
      fix: `Add it: ${key}=0,…`,
    });
  }
  return arms;
}

/** Whether the strength of the loss term is varied, so that one is to be chosen. */
export function choosesStrength(vary: Vary): boolean {
  return Object.hasOwn(vary, EPS) || Object.hasOwn(vary, LAMBDA);
}

type Keys = readonly (readonly [key: string, value: SettingValue])[];

function combinations(values: readonly (readonly [string, readonly SettingValue[]])[]): Keys[] {
  return values.reduce<Keys[]>(
    (before, [key, ofKey]) => before.flatMap((keys) => ofKey.map((value) => [...keys, [key, value] as const])),
    [[]],
  );
}

function armOf(config: ConfigInput, keys: Keys, { numClasses, trainImages }: DataCounts): StudyArm {
  const eps = keys.find(([key]) => key === EPS)?.[1];
  if (eps === undefined) return studyArm(keys);
  const others = studyArm(keys.filter(([key]) => key !== EPS));
  const resolved = configOfArm(config, others);
  const { regularizer } = resolved.loss;
  if (regularizer !== "entropy") throw refused("loss.regularizer", "entropy beside eps", describe(regularizer));
  return studyArm(keys, lambdaForEps(eps as number, resolved, resolved.model.numClasses ?? numClasses, trainImages));
}

function refuseLambdaBesideEps(config: ConfigInput, values: ReadonlyMap<string, unknown>): void {
  if (config.loss?.lambda === undefined && !values.has(LAMBDA)) return;
  throw new WsolError("ERR_WSOL_CONFIG", `'${LAMBDA}' cannot be given beside '${EPS}', which it follows from`, {
    details: { key: LAMBDA },
    fix: `Leave out one of the two.`,
  });
}
