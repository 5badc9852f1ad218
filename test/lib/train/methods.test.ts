import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Config, type ConfigInput, configSchema } from "../../../lib/config/schema";
import { readTensors } from "../../../lib/formats/tensors";
import { Localizer } from "../../../lib/localize/localizer";
import { fit as train } from "../../../lib/train/fit";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

// Every training method, from the configuration to the weights.

jest.setTimeout(120_000);

const METHODS = configSchema.shape.method.unwrap().shape.name.unwrap().options;
const folder = temporaryFolder();
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder, { train: 24, val: 0, test: 0 });
});

const configFor = (name: string, method: ConfigInput["method"], changes: ConfigInput = {}) => ({
  ...TINY_CONFIG,
  optim: { ...TINY_CONFIG.optim, epochs: 1 },
  loss: { lambda: 0.1 },
  method,
  ...changes,
  out: join(folder, name),
});

/** A hash of each tensor. */
async function tensorsOf(name: string): Promise<Map<string, string>> {
  const { tensors } = await readTensors(join(folder, name, "last.safetensors"));
  return new Map(tensors.map((tensor) => [tensor.name, createHash("sha256").update(tensor.data).digest("hex")]));
}

function fileOf(name: string): Promise<Buffer> {
  return readFile(join(folder, name, "last.safetensors"));
}

/** Method settings under which a run, cut off after two of its four steps, still has all branches to draw. */
const settingsOf = (name: Config["method"]["name"]): ConfigInput["method"] => ({
  name,
  adl: { dropRate: 0.5 },
  rdap: { dropRate: 0.5 },
});

test.each(METHODS)("a run with %s that was aborted resumes to the bits of the uninterrupted one", async (name) => {
  await train(data, configFor(`${name}-whole`, settingsOf(name)));
  const controller = new AbortController();
  const stopped = train(data, configFor(`${name}-cut`, settingsOf(name)), {
    signal: controller.signal,
    onStep: ({ step }) => step === 2 && controller.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
  await train(data, { out: join(folder, `${name}-cut`) }, { resume: true });
  expect((await fileOf(`${name}-cut`)).equals(await fileOf(`${name}-whole`))).toBe(true);
});

test("every method changes what is learnt", async () => {
  const learnt = await Promise.all(METHODS.map((name) => tensorsOf(`${name}-whole`)));
  const stems = learnt.map((tensors) => tensors.get("conv1.weight"));
  expect(new Set(stems).size).toBe(METHODS.length);
});

test("a method that changes nothing leaves crops, flips and weights as they are without it", async () => {
  await train(data, configFor("idle-has", { name: "has", has: { dropRate: 0 } }));
  expect(await tensorsOf("idle-has")).toEqual(await tensorsOf("none-whole"));
});

test("a resumed run refuses another setting of its method", async () => {
  const resumed = () => train(data, configFor("adl-whole", { name: "adl", adl: { dropRate: 1 } }), { resume: true });
  expect(await caught(resumed)).toMatchObject({
    code: "ERR_WSOL_CONFIG",
    details: { key: "method.adl.dropRate" },
  });
});

test("a model with ACoL's head loads, and draws maps of its own", async () => {
  const model = await Localizer.load(join(folder, "acol-whole"), { device: "cpu", threads: 1 });
  expect(model.config.method.name).toBe("acol");
  const pixels = {
    data: new Uint8Array(48 * 48 * 3).map((_, at) => (at * 7919) % 251),
    width: 48,
    height: 48,
    channels: 3,
  } as const;
  const [found] = await model.localize(pixels, { topK: 1 });
  await model.close();
  expect(Math.max(...found!.scoreMap.data)).toBe(1);
});

describe("weights of the linear head for ACoL's", () => {
  const weights = () => join(folder, "none-whole", "last.safetensors");

  test("are refused with the fix where the classifier must be loaded", async () => {
    const model = { backbone: "resnet18", weights: weights(), classifier: "load" } as const;
    const start = configFor("loaded", { name: "acol" }, { model });
    const error = await caught(() => train(data, start));
    expect(error.code).toBe("ERR_WSOL_CHECKPOINT");
    expect(error.fix).toContain("model.classifier=fresh");
  });

  test("start the other layers, and not the classifier, by themselves", async () => {
    const model = { backbone: "resnet18", weights: weights() } as const;
    const optim = { ...TINY_CONFIG.optim, epochs: 1, lr: 1e-30 };
    await train(data, configFor("fresh", { name: "acol" }, { model, optim }));
    const [given, started] = [await tensorsOf("none-whole"), await tensorsOf("fresh")];
    expect(started.get("conv1.weight")).toBe(given.get("conv1.weight"));
    expect(started.has("classifier_A.4.weight")).toBe(true);
    expect(started.has("fc.weight")).toBe(false);
  });
});
