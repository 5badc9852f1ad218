import { join } from "node:path";
import {
  matchTensors,
  type WeightsInfo,
  weightsInfo,
  weightsMetadata,
  writeWeights,
} from "../../../lib/checkpoint/weights";
import { readWeightsFile } from "../../../lib/checkpoint/weights-file";
import { resolveConfig } from "../../../lib/config/resolve";
import { writeSafetensors } from "../../../lib/formats/safetensors";
import type { NativeTensor, TensorInfo } from "../../../lib/native/torch-addon";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

const tensor = (name: string, shape: readonly number[], dtype = "F32"): NativeTensor => ({
  name,
  dtype,
  shape,
  data: new Uint8Array(shape.reduce((product, side) => product * side, dtype === "I64" ? 8 : 4)).fill(name.length),
});
const infoOf = ({ name, dtype, shape }: NativeTensor): TensorInfo => ({ name, dtype, shape });

const CONV = tensor("conv1.weight", [2, 1, 3, 3]);
const COUNT = tensor("bn1.num_batches_tracked", [], "I64");
const CLASSIFIER = tensor("fc.weight", [3, 2]);
const BIAS = tensor("fc.bias", [3]);
const ALL = [CONV, COUNT, CLASSIFIER, BIAS];
const NETWORK = { table: ALL.map(infoOf), description: "resnet18 with 3 classes" };

const INFO: WeightsInfo = {
  config: resolveConfig({ model: { backbone: "resnet18" } }),
  numClasses: 3,
  classes: ["wren", "tit", "owl"],
  epoch: 1.5,
  valThreshold: 0.25,
};

describe("matchTensors", () => {
  test("gives the network's tensors in the network's order, whatever the file's", () => {
    const matched = matchTensors([...ALL].reverse(), NETWORK, "w");
    expect(matched).toEqual(ALL);
  });

  test("reads a linear layer that is stored as a 1x1 convolution", () => {
    const stored = { ...CLASSIFIER, shape: [3, 2, 1, 1] };
    const matched = matchTensors([CONV, COUNT, stored, BIAS], NETWORK, "w");
    expect(matched[2]).toEqual(CLASSIFIER);
  });

  test("reads a linear layer into a 1x1 convolution", () => {
    const table = NETWORK.table.map((info) => (info.name === "fc.weight" ? { ...info, shape: [3, 2, 1, 1] } : info));
    expect(matchTensors(ALL, { ...NETWORK, table }, "w")[2]?.shape).toEqual([3, 2, 1, 1]);
  });

  test("fills in the batch counts that older PyTorch did not write", () => {
    expect(matchTensors([CONV, CLASSIFIER, BIAS], NETWORK, "w")[1]).toEqual({ ...COUNT, data: new Uint8Array(8) });
  });

  test("prefers the network's own tensors where it is told to", () => {
    const own = { ...CLASSIFIER, data: CLASSIFIER.data.map(() => 99) };
    const foreign = tensor("fc.weight", [1000, 2]);
    const matched = matchTensors([CONV, COUNT, foreign, BIAS], { ...NETWORK, own: [own] }, "w");
    expect(matched[2]).toEqual(own);
  });

  test("rejects a name that a file has twice", async () => {
    expect(await caught(() => matchTensors([...ALL, BIAS], NETWORK, "w"))).toMatchObject({
      code: "ERR_WSOL_CHECKPOINT",
      message: "expected 'fc.bias' once in 'w', got it twice",
    });
  });

  test("names what is missing and what is foreign, and lists all in details", async () => {
    const extra = Array.from({ length: 5 }, (_, i) => tensor(`layer4.${i}.weight`, [1]));
    const error = await caught(() => matchTensors([CONV, COUNT, BIAS, ...extra], NETWORK, "a.safetensors"));
    expect(error.code).toBe("ERR_WSOL_CHECKPOINT");
    expect(error.message).toBe(
      "'a.safetensors' does not fit resnet18 with 3 classes: it misses 'fc.weight'; " +
        "it has the foreign 'layer4.0.weight', 'layer4.1.weight', 'layer4.2.weight' and 2 more",
    );
    expect(error.details).toEqual({
      path: "a.safetensors",
      missing: ["fc.weight"],
      extra: extra.map(({ name }) => name),
    });
  });

  test.each([
    ["another class count", tensor("fc.weight", [5, 2]), "'fc.weight' is F32 [5,2], the network's is F32 [3,2]"],
    ["another dtype", tensor("fc.weight", [3, 2], "I64"), "'fc.weight' is I64 [3,2], the network's is F32 [3,2]"],
    ["the sides swapped", tensor("fc.weight", [2, 3]), "'fc.weight' is F32 [2,3]"],
  ])("rejects %s and names the tensor", async (_, given, words) => {
    const error = await caught(() => matchTensors([CONV, COUNT, given, BIAS], NETWORK, "w"));
    expect(error).toMatchObject({ code: "ERR_WSOL_CHECKPOINT", details: { tensor: "fc.weight" } });
    expect(error.message).toContain(words);
  });
});

describe("weights that are not finite", () => {
  const nan = { ...BIAS, data: new Uint8Array(Float32Array.of(1, Number.NaN, 2).buffer) };

  test("are refused, naming file and tensor", async () => {
    expect(await caught(() => matchTensors([CONV, COUNT, CLASSIFIER, nan], NETWORK, "a.safetensors"))).toMatchObject({
      code: "ERR_WSOL_CHECKPOINT",
      message: "expected finite values in 'a.safetensors', got NaN or infinite ones in 'fc.bias'",
      details: { path: "a.safetensors", tensor: "fc.bias" },
    });
  });

  test("pass where the network's own take their place", () => {
    expect(matchTensors([CONV, COUNT, CLASSIFIER, nan], { ...NETWORK, own: [BIAS] }, "w")[3]).toEqual(BIAS);
  });
});

describe("weightsInfo", () => {
  const fileWith = (text: string) => ({ tensors: [], metadata: { "entropy-wsol": text } });

  test("gives back what weightsMetadata stored", () => {
    const metadata = weightsMetadata(INFO);
    expect(metadata.format).toBe("pt");
    expect(weightsInfo({ tensors: [], metadata }, "w")).toEqual(INFO);
  });

  test.each<[string, Partial<WeightsInfo>]>([
    ["two classes, the fewest", { numClasses: 2, classes: ["wren", "tit"] }],
    ["fewer names than classes", { classes: ["wren"] }],
    ["no names and no threshold", { classes: null, valThreshold: null }],
    ["a threshold of 0", { valThreshold: 0 }],
    ["a threshold of 1", { valThreshold: 1 }],
    ["no epoch done", { epoch: 0 }],
  ])("takes %s", (_, changes) => {
    const info = { ...INFO, ...changes };
    expect(weightsInfo({ tensors: [], metadata: weightsMetadata(info) }, "w")).toEqual(info);
  });

  test("is null for weights of other tools", () => {
    expect(weightsInfo({ tensors: [], metadata: { format: "pt" } }, "w")).toBeNull();
  });

  test.each([
    ["no JSON", "{"],
    ["null", "null"],
    ["a number", "3"],
    ["no configuration", JSON.stringify({ ...INFO, config: null })],
    ["a configuration with an unknown key", JSON.stringify({ ...INFO, config: { colour: 1 } })],
    ["a configuration of a wrong type", JSON.stringify({ ...INFO, config: { data: { cropSize: "big" } } })],
    ["half a class", JSON.stringify({ ...INFO, numClasses: 2.5 })],
    ["a negative class count", JSON.stringify({ ...INFO, numClasses: -3 })],
    ["more names than classes", JSON.stringify({ ...INFO, numClasses: 2 })],
    ["names that are no texts", JSON.stringify({ ...INFO, classes: [1, 2, 3] })],
    ["one class", JSON.stringify({ ...INFO, numClasses: 1, classes: null })],
    ["a threshold below zero", JSON.stringify({ ...INFO, valThreshold: -0.1 })],
    ["a threshold above one", JSON.stringify({ ...INFO, valThreshold: 7 })],
    ["no epoch", JSON.stringify({ ...INFO, epoch: undefined })],
  ])("rejects metadata of %s", async (_, text) => {
    expect(await caught(() => weightsInfo(fileWith(text), "a.safetensors"))).toMatchObject({
      code: "ERR_WSOL_CHECKPOINT",
      message: "'a.safetensors' has damaged 'entropy-wsol' metadata",
      details: { path: "a.safetensors" },
    });
  });
});

describe("writeWeights and readWeightsFile", () => {
  test("go through a file", async () => {
    const path = join(folder, "last.safetensors");
    await writeWeights(path, ALL, INFO);
    const { tensors, info, trainedWith } = await readWeightsFile(path);
    const read = matchTensors(tensors, NETWORK, path);
    expect(info).toEqual(INFO);
    const { stem, padding } = INFO.config.model;
    expect(trainedWith).toEqual({ stem, padding, mean: INFO.config.data.mean, std: INFO.config.data.std });
    expect(read.map(({ name, data }) => [name, ...data])).toEqual(ALL.map(({ name, data }) => [name, ...data]));
  });

  test("rejects a file of another network, naming both", async () => {
    const path = join(folder, "other.safetensors");
    await writeSafetensors(path, { tensors: [CONV], metadata: {} });
    const { tensors } = await readWeightsFile(path);
    const error = await caught(() => matchTensors(tensors, NETWORK, path));
    expect(error.message).toBe(`'${path}' does not fit resnet18 with 3 classes: it misses 'fc.weight', 'fc.bias'`);
  });
});

describe("readWeightsFile", () => {
  test("reads half precision, names of a network that was wrapped, and no requirements of other tools", async () => {
    const path = join(folder, "halves.safetensors");
    const half = (name: string, bits: number, dtype: string) => ({
      ...{ name: `module.${name}`, dtype, shape: [1] },
      data: new Uint8Array(Uint16Array.of(bits).buffer),
    });
    const tensors = [half("a", 0x3e00, "F16"), half("b", 0x3fc0, "BF16"), { ...COUNT, name: "module.count" }];
    await writeSafetensors(path, { tensors, metadata: {} });
    const read = await readWeightsFile(path);
    const value = new Uint8Array(Float32Array.of(1.5).buffer);
    const single = { dtype: "F32", shape: [1] };
    const table = [
      { name: "a", ...single },
      { name: "b", ...single },
      { ...infoOf(COUNT), name: "count" },
    ];
    const matched = matchTensors(read.tensors, { table, description: "a network" }, path);
    expect(matched.map(({ name, dtype, data }) => [name, dtype, ...data])).toEqual([
      ["a", "F32", ...value],
      ["b", "F32", ...value],
      ["count", "I64", ...COUNT.data],
    ]);
    expect([read.info, read.trainedWith]).toEqual([null, {}]);
  });
});
