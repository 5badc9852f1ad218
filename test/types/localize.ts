import {
  featureSheet,
  type ImageInput,
  type Localization,
  Localizer,
  type RawImage,
  type StageFeatures,
  type StageMean,
  stageMeans,
} from "../../lib/index";

export async function aModelIsDisposed(): Promise<readonly number[]> {
  await using model = await Localizer.load("runs/entropy", { checkpoint: "best", device: "cpu" });
  const [found] = await model.localize("bird.jpg", { topK: 1, threshold: 0.2 });
  // @ts-expect-error TS18048 an array's element may be missing
  console.log(found.label);
  return found === undefined ? [] : found.box;
}

export async function aWeightsFileDoes(): Promise<void> {
  const model = await Localizer.load({ backbone: "resnet50", weights: "resnet50.safetensors" });
  await model.close();
}

export async function scoreMapsAreMadeAsAsked(): Promise<number> {
  const model = await Localizer.load("runs/entropy", { scoreMap: { normalisation: "max" } });
  // @ts-expect-error TS2820 no such normalisation
  await Localizer.load("runs/entropy", { scoreMap: { normalisation: "min-max" } });
  // @ts-expect-error TS2353 no such key
  await Localizer.load("runs/entropy", { scoreMap: { width: 3 } });
  return model.config.scoreMap.size;
}

export async function oneImageGivesOneList(model: Localizer, pixels: RawImage): Promise<void> {
  const fromPath: Localization[] = await model.localize("bird.jpg");
  const fromBytes: Localization[] = await model.localize(new Uint8Array(3));
  const fromPixels: Localization[] = await model.localize(pixels);
  const many: Localization[][] = await model.localize(["a.jpg", new Uint8Array(3), pixels]);
  for await (const found of model.localize(stream())) console.log(found[0]?.className, found[0]?.scoreMap.data.length);
  console.log(fromPath, fromBytes, fromPixels, many);
  // @ts-expect-error TS2740 an array of images gives a list for each
  const wrong: Localization = (await model.localize(["a.jpg"]))[0]!;
  console.log(wrong);
}

async function* stream(): AsyncGenerator<ImageInput> {
  yield "a.jpg";
}

export async function featuresAreNumbers(model: Localizer): Promise<number> {
  const stages: StageFeatures[] = await model.features("bird.jpg", { signal: AbortSignal.timeout(1000) });
  const means: StageMean[] = await stageMeans(model, "bird.jpg");
  const { png, models } = await featureSheet([model, model], "bird.jpg", { channels: 6, names: ["A", "B"] });
  // @ts-expect-error TS2322 one image
  await model.features(["a.jpg", "b.jpg"]);
  // @ts-expect-error TS2322 a number
  await featureSheet(model, "bird.jpg", { channels: "6" });
  return stages.length + means.length + png.length + models.length;
}

export async function misuse(model: Localizer): Promise<void> {
  // @ts-expect-error TS2769 no image
  await model.localize(3);
  // @ts-expect-error TS2769 bytes, not floats
  await model.localize(new Float32Array(3));
  // @ts-expect-error TS2769 two channels are no image
  await model.localize({ data: new Uint8Array(4), width: 2, height: 1, channels: 2 });
  // @ts-expect-error TS2769 no such option
  await model.localize("bird.jpg", { top: 3 });
  // @ts-expect-error TS2769 a number
  await model.localize("bird.jpg", { topK: "1" });
  // @ts-expect-error TS2740 a stream is iterated, not awaited for a list
  const lists: Localization[][] = await model.localize(stream());
  // @ts-expect-error TS2673 load it
  new Localizer();
  // @ts-expect-error TS2322 last or best
  await Localizer.load("runs/a", { checkpoint: "first" });
  // @ts-expect-error TS2540 a model keeps its classes
  model.numClasses = 3;
  console.log(lists);
}

export function withoutAwait(model: Localizer): void {
  using held = model;
  console.log(held.numClasses);
}
