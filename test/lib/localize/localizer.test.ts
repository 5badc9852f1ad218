import { mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { writeWeights } from "../../../lib/checkpoint/weights";
import { resolveConfig } from "../../../lib/config/resolve";
import { evaluate } from "../../../lib/evaluate/evaluate";
import { writeSafetensors } from "../../../lib/formats/safetensors";
import type { ImageInput } from "../../../lib/localize/image-input";
import { Localizer } from "../../../lib/localize/localizer";
import { openNetwork } from "../../../lib/models/network";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";
import { tinyDataset } from "../../support/tiny-data";

jest.setTimeout(60_000);

const folder = temporaryFolder();
const weights = join(folder, "model.safetensors");
const picture = join(folder, "picture.png");
const CLASSES = ["wren", "tit", "owl", "auk"];
const config = resolveConfig({
  model: { backbone: "resnet18" },
  data: { imageSize: 64, cropSize: 64 },
  scoreMap: { size: 56 },
  device: "cpu",
  threads: 1,
});
let pixels: Uint8Array;

beforeAll(async () => {
  const network = await openNetwork(config, CLASSES.length);
  const tensors = await network.exportTensors();
  await network.close();
  const info = { config, numClasses: CLASSES.length, classes: CLASSES, epoch: 1, valThreshold: 0.375 };
  await writeWeights(weights, tensors, info);
  await writeSafetensors(join(folder, "foreign.safetensors"), { tensors, metadata: { format: "pt" } });
  const run = join(folder, "run");
  mkdirSync(run);
  writeFileSync(join(run, "config.json"), JSON.stringify(config));
  await writeWeights(join(run, "last.safetensors"), tensors, { ...info, valThreshold: null });

  pixels = Uint8Array.from({ length: 80 * 60 * 3 }, (_, i) => (i * 7 + (i >> 5) * 13) & 0xff);
  await sharp(pixels, { raw: { width: 80, height: 60, channels: 3 } })
    .png()
    .toFile(picture);
}, 60_000);

describe("Localizer.load", () => {
  test("takes network, classes and threshold from a weights file of this package", async () => {
    const model = await Localizer.load(weights, { threads: 1 });
    expect(model.config.model.backbone).toBe("resnet18");
    expect([model.numClasses, model.classes, model.defaultThreshold]).toEqual([4, CLASSES, 0.375]);
    await model.close();
  });

  test("takes last of a run folder, and sigma where no threshold was found", async () => {
    const model = await Localizer.load(join(folder, "run"));
    expect(model.defaultThreshold).toBe(0.15);
    await model.close();
  });

  test("loads weights of other tools by the backbone that is named", async () => {
    const model = await Localizer.load({
      weights: join(folder, "foreign.safetensors"),
      backbone: "resnet18",
      cropSize: 64,
    });
    expect([model.numClasses, model.classes, model.config.data.cropSize]).toEqual([4, null, 64]);
    await model.close();
  });

  test("recognises ACoL's head in weights of other tools", async () => {
    const acol = resolveConfig({ ...config, method: { name: "acol" } });
    const network = await openNetwork(acol, 3);
    const tensors = await network.exportTensors();
    await network.close();
    const path = join(folder, "acol.safetensors");
    await writeSafetensors(path, { tensors, metadata: {} });
    const model = await Localizer.load({ weights: path, backbone: "resnet18" });
    expect([model.numClasses, model.config.method.name]).toEqual([3, "acol"]);
    await model.close();
  });

  test("rejects weights of other tools without a backbone, with the fix", async () => {
    const error = await caught(() => Localizer.load(join(folder, "foreign.safetensors")));
    expect(error).toMatchObject({ code: "ERR_WSOL_CHECKPOINT", fix: "Pass { weights, backbone }." });
  });

  test("rejects weights of another backbone, naming tensors of both", async () => {
    const error = await caught(() => Localizer.load({ weights, backbone: "preresnet18" }));
    expect(error.code).toBe("ERR_WSOL_CHECKPOINT");
    expect(error.message).toContain("does not fit preresnet18 with 4 classes: it misses 'stem.conv.weight'");
    expect(error.message).toContain("it has the foreign 'conv1.weight'");
  });

  test("rejects a run without best", async () => {
    const error = await caught(() => Localizer.load(join(folder, "run"), { checkpoint: "best" }));
    expect(error).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER" });
    expect(error.message).toContain("best.safetensors");
  });

  test("makes score maps as asked, and as trained where nothing is asked", async () => {
    const model = await Localizer.load(weights, { threads: 1, scoreMap: { size: 28, normalisation: "max" } });
    expect(model.config.scoreMap).toEqual({ ...config.scoreMap, size: 28, normalisation: "max" });
    const [found] = await model.localize(picture);
    expect([found!.scoreMap.width, found!.scoreMap.height]).toEqual([28, 28]);
    await model.close();
  });

  test("leaves the threshold that was best for other score maps than those that are asked for", async () => {
    const other = await Localizer.load(weights, { threads: 1, scoreMap: { normalisation: "max" } });
    const same = await Localizer.load(weights, { threads: 1, scoreMap: { normalisation: "minmax" } });
    expect([other.defaultThreshold, same.defaultThreshold]).toEqual([config.evaluation.sigma, 0.375]);
    await other.close();
    await same.close();
  });

  test.each<[string, unknown, string, string]>([
    ["an unknown key of scoreMap", { scoreMap: { sise: 28 } }, "ERR_WSOL_CONFIG", "scoreMap.sise"],
    ["a wrong value of scoreMap", { scoreMap: { size: 0 } }, "ERR_WSOL_CONFIG", "scoreMap.size"],
    ["a scoreMap that is no object", { scoreMap: "cam" }, "ERR_WSOL_CONFIG", "scoreMap"],
    ["an unknown option", { devise: "cpu" }, "ERR_WSOL_ARGUMENT", "devise"],
  ])("rejects %s", async (_, options, code, name) => {
    const error = await caught(() => Localizer.load(weights, options as object));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`'${name}'`);
  });

  test("rejects an unknown name beside the weights, with the nearest", async () => {
    const source = { weights, bakbone: "resnet18" } as unknown as string;
    expect(await caught(() => Localizer.load(source))).toMatchObject({
      code: "ERR_WSOL_ARGUMENT",
      details: { option: "bakbone", nearest: "backbone" },
    });
  });

  test("rejects a device that is not there, and no silent fall-back", async () => {
    expect(await caught(() => Localizer.load(weights, { device: "cuda:99" }))).toMatchObject({
      code: "ERR_WSOL_DEVICE",
    });
  });

  test.each<[string, unknown, string]>([
    ["a folder without a run", folder, "ERR_WSOL_RUN_FOLDER"],
    ["nothing there", join(folder, "absent"), "ERR_WSOL_RUN_FOLDER"],
    ["a picture", picture, "ERR_WSOL_CHECKPOINT"],
    ["no source", undefined, "ERR_WSOL_ARGUMENT"],
    ["a number", 3, "ERR_WSOL_ARGUMENT"],
    ["null", null, "ERR_WSOL_ARGUMENT"],
    ["an unknown backbone", { weights, backbone: "vgg16" }, "ERR_WSOL_CONFIG"],
  ])("rejects %s", async (_, source, code) => {
    expect(await caught(() => Localizer.load(source as string))).toMatchObject({ code });
  });
});

describe("localize", () => {
  let model: Localizer;
  beforeAll(async () => {
    model = await Localizer.load(weights, { threads: 1 });
  });
  afterAll(() => model.close());

  test("gives label, name, probability, entropy, box and score map", async () => {
    const [found, ...others] = await model.localize(picture);
    expect(others).toEqual([]);
    expect(found!.className).toBe(CLASSES[found!.label]);
    expect(found!.probability).toBeGreaterThanOrEqual(0.25);
    expect(found!.entropyFraction).toBeCloseTo(found!.entropy / Math.log(4), 12);
    expect([found!.imageWidth, found!.imageHeight, found!.threshold]).toEqual([80, 60, 0.375]);
    const [x0, y0, x1, y1] = found!.box;
    expect(x0 >= 0 && y0 >= 0 && x1 >= x0 && y1 >= y0 && x1 < 80 && y1 < 60).toBe(true);
    const { data, width, height } = found!.scoreMap;
    expect([width, height, data.length]).toEqual([56, 56, 56 * 56]);
    expect([Math.min(...data), Math.max(...data)]).toEqual([0, 1]);
    const { rawScoreMap } = found!;
    expect([rawScoreMap.width, rawScoreMap.height]).toEqual([4, 4]);
    expect(rawScoreMap.data).toHaveLength(16);
  });

  test("a path, its bytes and its pixels give the same", async () => {
    const fromPath = await model.localize(picture);
    expect(await model.localize(await readFile(picture))).toEqual(fromPath);
    expect(await model.localize({ data: pixels, width: 80, height: 60, channels: 3 })).toEqual(fromPath);
  });

  test("topK lists the classes by falling probability, which sum up to 1", async () => {
    const found = await model.localize(picture, { topK: 4 });
    const probabilities = found.map(({ probability }) => probability);
    expect(new Set(found.map(({ label }) => label)).size).toBe(4);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    const [first] = await model.localize(picture);
    expect([first!.label, first!.probability]).toEqual([found[0]!.label, probabilities[0]]);
  });

  test("an array and a stream give a list for each image, in order, whatever the batch", async () => {
    const images: ImageInput[] = [
      picture,
      { data: pixels.slice().reverse(), width: 80, height: 60, channels: 3 },
      picture,
    ];
    const single = await Promise.all(images.map((image) => model.localize(image)));
    const together = await model.localize(images, { batchSize: 2 });
    const streamed = [];
    for await (const found of model.localize(stream(images), { batchSize: 2 })) streamed.push(found);
    for (const many of [together, streamed]) {
      expect(many.map(([found]) => found!.label)).toEqual(single.map(([found]) => found!.label));
      for (const [i, [found]] of many.entries()) {
        expect(found!.probability).toBeCloseTo(single[i]![0]!.probability, 5);
      }
    }
    expect(await model.localize([])).toEqual([]);
  });

  test("threshold 1 leaves no foreground, and so the box of the first pixel", async () => {
    const [found] = await model.localize(picture, { threshold: 1 });
    expect([found!.threshold, found!.box]).toEqual([1, [0, 0, 0, 0]]);
  });

  test.each([
    [{ topK: 0 }, "topK"],
    [{ topK: 5 }, "topK"],
    [{ topK: 1.5 }, "topK"],
    [{ threshold: -0.1 }, "threshold"],
    [{ threshold: 1.1 }, "threshold"],
    [{ threshold: Number.NaN }, "threshold"],
    [{ threshold: "0.5" as unknown as number }, "threshold"],
    [{ batchSize: 0 }, "batchSize"],
  ])("rejects %j", async (options, parameter) => {
    expect(await caught(() => model.localize(picture, options))).toMatchObject({
      code: "ERR_WSOL_ARGUMENT",
      details: { parameter },
    });
  });

  test("rejects an unknown option, with the nearest", async () => {
    const options = { treshold: 0.1 } as object;
    const expected = { code: "ERR_WSOL_ARGUMENT", details: { option: "treshold", nearest: "threshold" } };
    expect(await caught(() => model.localize(picture, options))).toMatchObject(expected);
    expect(await caught(() => model.localize([picture], options))).toMatchObject(expected);
  });

  test("rejects a text file, naming it, and goes on to work", async () => {
    const path = join(folder, "notes.jpg");
    writeFileSync(path, "no picture\n");
    const error = await caught(() => model.localize([picture, path]));
    expect(error.code).toBe("ERR_WSOL_IMAGE");
    expect(error.message).toContain(path);
    expect(await model.localize(picture)).toHaveLength(1);
  });

  test("rejects with the reason of an aborted signal", async () => {
    const reason = new Error("enough");
    expect(await caught(() => model.localize(picture, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    const controller = new AbortController();
    const seen = await caught(async () => {
      for await (const _ of model.localize(stream([picture, picture]), { batchSize: 1, signal: controller.signal })) {
        controller.abort(reason);
      }
    });
    expect(seen).toBe(reason);
  });
});

describe("a closed Localizer", () => {
  test("rejects calls, and may be closed again", async () => {
    const model = await Localizer.load(weights, { threads: 1 });
    // Closed while the image is decoded: the call either got to the network before, or says so.
    const underWay = model.localize(picture).catch((error) => [error.code]);
    await model.close();
    expect([["ERR_WSOL_CLOSED"], [expect.objectContaining({ label: expect.any(Number) })]]).toContainEqual(
      await underWay,
    );
    expect(await caught(() => model.localize(picture))).toMatchObject({ code: "ERR_WSOL_CLOSED" });
    await model.close();
  });

  test("await using closes it, also when the block throws", async () => {
    let kept: Localizer | undefined;
    const mistake = new Error("mistake");
    const error = await caught(async () => {
      await using model = await Localizer.load(weights, { threads: 1 });
      kept = model;
      throw mistake;
    });
    expect(error).toBe(mistake);
    expect(await caught(() => kept!.localize(picture))).toMatchObject({ code: "ERR_WSOL_CLOSED" });
  });
});

async function* stream(images: readonly ImageInput[]): AsyncGenerator<ImageInput> {
  yield* images;
}

test("weights that are finite but too large for any output are refused by name, in localize and in evaluate", async () => {
  const network = await openNetwork(config, CLASSES.length);
  const tensors = await network.exportTensors();
  await network.close();
  const huge = tensors.map((tensor) => {
    if (tensor.name !== "fc.weight") return tensor;
    const values = new Float32Array(tensor.data.byteLength / 4).map((_, index) => (index % 2 === 0 ? 3e38 : -3e38));
    return { ...tensor, data: new Uint8Array(values.buffer) };
  });
  const path = join(folder, "huge.safetensors");
  await writeWeights(path, huge, { config, numClasses: 4, classes: CLASSES, epoch: 1, valThreshold: null });
  const model = await Localizer.load(path);
  const refused = { code: "ERR_WSOL_CHECKPOINT", message: expect.stringContaining("expected finite outputs") };
  expect(await caught(() => model.localize(picture))).toMatchObject(refused);
  const data = await tinyDataset(join(folder, "tiny"), { classes: 4, train: 4, val: 0, test: 4 });
  expect(await caught(() => evaluate(model, data))).toMatchObject(refused);
  await model.close();
});
