import { isDeepStrictEqual } from "node:util";
import { chooseClassifier } from "../checkpoint/classifier";
import { type ObtainOptions, obtainWeights } from "../checkpoint/obtain-weights";
import { matchTensors } from "../checkpoint/weights";
import { readWeightsFile, type WeightsFile } from "../checkpoint/weights-file";
import type { Config } from "../config/schema";
import { isWsolError, WsolError } from "../errors";
import { sha256Of } from "../files";
import { describeClassifier, describeNetwork, headOf, isClassifierTensor } from "../models/network";
import type { NativeNetwork } from "../native/torch-addon";
import type { InitialWeights } from "../runs/events";

/** Gives a network the weights that `model.weights` names. @throws ERR_WSOL_CHECKPOINT, ERR_WSOL_DOWNLOAD, ERR_WSOL_WRITE */
export async function loadInitialWeights(
  network: NativeNetwork,
  config: Config,
  numClasses: number,
  obtaining: ObtainOptions,
): Promise<InitialWeights> {
  const { model, method } = config;
  const weights = model.weights!;
  const path = await obtainWeights(weights, obtaining);
  const file = await readWeightsFile(path);
  refuseOtherStem(file, model);
  for (const warning of differences(file, config)) obtaining.onWarning?.(warning);
  const wanted = { numClasses, method: headOf(method.name) };
  const choice = chooseClassifier(model.classifier, describeClassifier(file.tensors), wanted);
  await importWeights(network, file, describeNetwork(model, numClasses), choice.classifier === "fresh");
  return { weights, sha256: await sha256Of(path), ...choice };
}

async function importWeights(
  network: NativeNetwork,
  { tensors, path }: WeightsFile,
  description: string,
  isFresh: boolean,
): Promise<void> {
  const own = isFresh ? (await network.exportTensors()).filter(({ name }) => isClassifierTensor(name)) : [];
  const table = await network.tensorTable();
  const wanted = { table, description, own, ...(isFresh && { skips: isClassifierTensor }) };
  try {
    await network.importTensors(matchTensors(tensors, wanted, path));
  } catch (error) {
    if (!isWsolError(error) || !isAboutClassifier(error.details)) throw error;
    const fix = "Set model.classifier=fresh to start a new classifier on the other layers' weights.";
    throw new WsolError(error.code, error.message, { details: error.details, fix, cause: error });
  }
}

/** Whether only the classifier of a file does not fit. */
function isAboutClassifier({ tensor, missing = [], extra = [] }: Record<string, unknown>): boolean {
  const names = [...(tensor === undefined ? [] : [tensor]), ...(missing as unknown[]), ...(extra as unknown[])];
  return names.length > 0 && names.every((name) => isClassifierTensor(String(name)));
}

/** The match would name tensors only. */
function refuseOtherStem({ path, trainedWith: { stem } }: WeightsFile, model: Config["model"]): void {
  if (stem === undefined || stem === model.stem || model.backbone !== "preresnet18") return;
  throw new WsolError(
    "ERR_WSOL_CHECKPOINT",
    `'${path}' is of a network with the stem '${stem}', expected '${model.stem}'`,
    { details: { path, stem }, fix: `Set model.stem=${stem}.` },
  );
}

/** Settings with which the weights mean something else than where they were trained. */
function differences({ path, trainedWith }: WeightsFile, { model, data }: Config): string[] {
  const { padding = model.padding, mean = data.mean, std = data.std } = trainedWith;
  const settings: [key: string, then: unknown, now: unknown][] = [
    ["model.padding", padding, model.padding],
    ["data.mean", mean, data.mean],
    ["data.std", std, data.std],
  ];
  return settings
    .filter(([, then, now]) => !isDeepStrictEqual(then, now))
    .map(([key, then, now]) => {
      const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
      return `'${path}' was trained with ${key}=${text(then)}, this run has ${text(now)}`;
    });
}
