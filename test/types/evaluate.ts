import {
  Dataset,
  type EvaluateScoreMapsOptions,
  type Evaluation,
  evaluate,
  evaluateScoreMaps,
  type Localizer,
  type Split,
} from "../../lib/index";

export async function evaluates(model: Localizer): Promise<number | null> {
  const data = await Dataset.open("data/cub");
  const result: Evaluation = await evaluate(model, data, { split: "test", step: 0.01, sigma: 0.2 });
  const rates: readonly (number | null)[] = [result.top1Cls, result.gtKnownLoc, result.top1Loc, result.pxap];
  const level: number | undefined = result.maxBoxAccV2?.["0.3"];
  console.log(rates, level, result.atValThreshold?.threshold, result.atSigma?.sigma);
  const fingerprint: string = result.evaluated.fingerprint;
  console.log(fingerprint, result.evaluated.model?.scoreMap.kind, model.source.epoch);
  // @ts-expect-error TS2322 null where the data cannot give it
  const pxap: number = result.pxap;
  return pxap;
}

export async function evaluatesScoreMapsOfAnyTool(signal: AbortSignal): Promise<Evaluation> {
  const options: EvaluateScoreMapsOptions = { split: "val", signal, onWarning: (message) => console.error(message) };
  // @ts-expect-error TS2353 maps are made already
  await evaluateScoreMaps("maps", "data/cub", { batchSize: 3 });
  // @ts-expect-error TS2554 the data is needed
  await evaluateScoreMaps("maps");
  return evaluateScoreMaps("maps", await Dataset.open("data/cub"), options);
}

export async function readsADataSet(): Promise<Split> {
  const data = await Dataset.open("data/cub");
  const split = data.split("val");
  const [x0]: readonly [number, number, number, number] = split.boxes?.[0]?.[0] ?? [0, 0, 0, 0];
  console.log(x0, split.imagePath(0), data.classes?.[split.labels[0] ?? 0]);
  // @ts-expect-error TS2540 metadata is read only
  data.numClasses = 3;
  // @ts-expect-error TS2673 open it
  new Dataset("data/cub");
  return split;
}

export async function misuse(model: Localizer): Promise<void> {
  // @ts-expect-error TS2345 a model, not its folder
  await evaluate("runs/a", "data/cub");
  // @ts-expect-error TS2554 the data is needed
  await evaluate(model);
  // @ts-expect-error TS2353 a threshold is found, not given
  await evaluate(model, "data/cub", { threshold: 0.2 });
  // @ts-expect-error TS2322 a number
  await evaluate(model, "data/cub", { step: "0.001" });
}
