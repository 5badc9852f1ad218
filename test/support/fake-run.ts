import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULTS } from "../../lib/config/defaults";
import { type ConfigInput, configSchema } from "../../lib/config/schema";
import type { Environment } from "../../lib/runs/environment";
import type { Evaluated, EvaluatedModel } from "../../lib/runs/evaluation";
import type { EpochEvent } from "../../lib/runs/events";
import type { StoredEvaluation } from "../../lib/runs/summary";

const THRESHOLDS = Array.from({ length: 1000 }, (_, i) => i * DEFAULTS.evaluation.step);

/** What says how {@link fakeEvaluation} was made. */
export function fakeEvaluated(changes: Partial<Evaluated> = {}, model: Partial<EvaluatedModel> = {}): Evaluated {
  return {
    data: "/data/set",
    fingerprint: "0123456789abcdef".repeat(4),
    masks: null,
    step: DEFAULTS.evaluation.step,
    sigma: DEFAULTS.evaluation.sigma,
    model: {
      weights: "/runs/a/last.safetensors",
      checkpoint: "last",
      epoch: 4,
      device: "cpu",
      precision: "float32",
      scoreMap: DEFAULTS.scoreMap,
      ...model,
    },
    scoreMaps: null,
    package: "0.1.0",
    ...changes,
  };
}

/** An evaluation with boxes, masks and predictions. */
export function fakeEvaluation(changes: Partial<StoredEvaluation> = {}): StoredEvaluation {
  const rates = THRESHOLDS.map((threshold) => Math.max(0, 0.6 - Math.abs(threshold - 0.25)));
  const perLevel = { "0.3": rates, "0.5": rates, "0.7": rates };
  return {
    evaluated: fakeEvaluated(),
    split: "test",
    images: 300,
    pairs: 300,
    skipped: [],
    top1Cls: 0.5,
    gtKnownLoc: 0.6,
    top1Loc: 0.4,
    maxBoxAcc: { "0.3": 0.8, "0.5": 0.6, "0.7": 0.2 },
    maxBoxAccV2: { mean: 0.55, "0.3": 0.8, "0.5": 0.6, "0.7": 0.25 },
    bestThreshold: { "0.3": 0.2, "0.5": 0.25, "0.7": 0.3 },
    atSigma: { sigma: 0.15, gtKnownLoc: 0.5, top1Loc: 0.35 },
    atValThreshold: { threshold: 0.3, gtKnownLoc: 0.55, top1Loc: 0.38 },
    pxap: 0.45,
    mPxap: null,
    meanEntropy: 0.5,
    meanEntropyFraction: 0.217,
    curves: {
      thresholds: THRESHOLDS,
      maxBoxAcc: perLevel,
      maxBoxAccV2: perLevel,
      top1Loc: rates.map((rate) => rate * 0.7),
      precision: THRESHOLDS.map((threshold) => (threshold > 0.95 ? 0 : 0.3 + 0.6 * threshold)),
      recall: THRESHOLDS.map((threshold) => 1 - threshold),
    },
    ...changes,
  };
}

export function fakeEpoch(epoch: number, epochs: number): EpochEvent {
  const entropy = 1 / (1 + epoch);
  const val = {
    top1Cls: 0.4 + 0.01 * epoch,
    gtKnownLoc: 0.5 + 0.01 * epoch,
    top1Loc: 0.3,
    maxBoxAccV2: 0.5,
    pxap: 0.4,
    meanEntropy: entropy * Math.log(10),
    meanEntropyFraction: entropy,
    bestThreshold: 0.3,
    skipped: 0,
  };
  return {
    type: "epoch",
    epoch,
    epochs,
    step: epoch * 31,
    learningRate: 0.01,
    loss: 2 / epoch,
    crossEntropy: 1.9 / epoch,
    meanEntropy: entropy * Math.log(10),
    meanEntropyFraction: entropy,
    top1Cls: 0.5,
    effectiveEps: 0.091,
    skipped: 0,
    imagesPerSecond: 100,
    waitFraction: 0.02,
    seconds: 10,
    val: epoch % 2 === 0 ? val : null,
  };
}

/** Of the data set that fake runs were trained on: a last batch of 8 with the default batch size. */
const CLASSES = 10;
const TRAIN_IMAGES = 1000;

export interface FakeRun {
  readonly config?: ConfigInput;
  /** null: not evaluated. */
  readonly evaluation?: StoredEvaluation | null;
  readonly epochs?: number;
  readonly data?: string;
  readonly environment?: Partial<Environment>;
}

/** Writes a run folder as `wsol train` and `wsol evaluate` leave it, without weights. */
export function writeFakeRun(
  folder: string,
  { config = {}, evaluation = fakeEvaluation(), epochs = 4, data = "/data/set", environment = {} }: FakeRun = {},
): string {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  write("config.json", configSchema.parse(config));
  write("environment.json", {
    package: "0.1.0",
    libtorch: "2.13.0",
    device: "cpu",
    data,
    commit: null,
    ...environment,
  });
  if (evaluation !== null) write("evaluation.json", evaluation);
  const events = [
    { type: "start", epochs, numClasses: CLASSES, images: TRAIN_IMAGES },
    ...Array.from({ length: epochs }, (_, index) => fakeEpoch(index + 1, epochs)),
    { type: "end", epochs },
  ];
  writeFileSync(join(folder, "metrics.jsonl"), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return folder;
}
