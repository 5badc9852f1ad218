import { fromTensorpack, isPreactivation, isTensorpack } from "../../../../lib/checkpoint/naming/tensorpack";
import type { NamedTensor } from "../../../../lib/formats/tensor-file";
import { FOREIGN_WEIGHTS } from "../../../support/foreign-weights";

const tensor = (name: string, shape: readonly number[] = [1]): NamedTensor => ({
  ...{ name, dtype: "F32", shape },
  data: new Uint8Array(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => at).buffer),
});
const valuesOf = ({ data }: NamedTensor) => [...new Float32Array(data.buffer)];
const namesOf = (names: readonly string[]) => fromTensorpack(names.map((name) => tensor(name))).map(({ name }) => name);

test("knows tensorpack's checkpoints by their first kernel", () => {
  expect(isTensorpack([tensor("linear/b"), tensor("conv0/W")])).toBe(true);
  expect(isTensorpack([tensor("conv0/W:0")])).toBe(true);
  expect(isTensorpack([tensor("conv1.weight")])).toBe(false);
  expect(isTensorpack([])).toBe(false);
});

test("names the pre-activation network's layers as timm does", () => {
  const pairs = {
    "conv0/W": "stem.conv.weight",
    "conv0/bn/gamma": "stem.norm.weight",
    "conv0/bn/variance/EMA": "stem.norm.running_var",
    "group0/block0/conv1/W": "stages.0.blocks.0.conv1.weight",
    "group0/block0/conv1/bn/beta": "stages.0.blocks.0.norm2.bias",
    "group0/block0/conv2/W": "stages.0.blocks.0.conv2.weight",
    "group0/block1/preact/bn/mean/EMA": "stages.0.blocks.1.norm1.running_mean",
    "group0/bnlast/bn/gamma": "stages.1.blocks.0.norm1.weight",
    "group1/block0/convshortcut/W": "stages.1.blocks.0.downsample.conv.weight",
    "group2/bnlast/bn/beta": "stages.3.blocks.0.norm1.bias",
    "group3/bnlast/bn/gamma": "norm.weight",
    "linear/W": "head.fc.weight",
    "linear/b": "head.fc.bias",
  };
  expect(namesOf(Object.keys(pairs))).toEqual(Object.values(pairs));
});

test("names a norm that has no scope of its own, and variables of a graph, alike", () => {
  expect(namesOf(["conv0/W:0", "group0/bnlast/gamma:0", "group1/block1/preact/beta"])).toEqual([
    "stem.conv.weight",
    "stages.1.blocks.0.norm1.weight",
    "stages.1.blocks.1.norm1.bias",
  ]);
});

test("names the SE network's layers as timm does", () => {
  const pairs = {
    "conv0/W": "conv1.weight",
    "conv0/bn/gamma": "bn1.weight",
    "group0/block0/conv3/W": "layer1.0.conv3.weight",
    "group1/block3/conv3/bn/gamma": "layer2.3.bn3.weight",
    "group2/block5/fc1/W": "layer3.5.se.fc1.weight",
    "group2/block5/fc2/b": "layer3.5.se.fc2.bias",
    "group3/block0/convshortcut/W": "layer4.0.downsample.0.weight",
    "group3/block0/convshortcut/bn/mean/EMA": "layer4.0.downsample.1.running_mean",
    "linear/b": "fc.bias",
  };
  expect(namesOf(Object.keys(pairs))).toEqual(Object.values(pairs));
});

test("leaves what is none of tensorpack's as it is", () => {
  const foreign = [
    "global_step",
    "group4/block0/conv1/W",
    "group0/block0/conv9/W",
    "group0/block0/constructor/W",
    "conv0/bn/gamma/Momentum",
    "constructor/W",
    "group0/toString/gamma",
  ];
  const tensors = ["conv0/W", ...foreign].map((name) => tensor(name, [2, 3]));
  expect(fromTensorpack(tensors).slice(1)).toEqual(tensors.slice(1));
});

test.each(Object.entries(FOREIGN_WEIGHTS.tensorpack))(
  "all of %s's variables have a name here",
  (backbone, { tensors }) => {
    const names = namesOf(Object.keys(tensors));
    expect(names.filter((name) => name.includes("/"))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(isPreactivation(Object.keys(tensors).map((name) => tensor(name)))).toBe(backbone === "preresnet18");
  },
);

test("turns kernels and matrices into PyTorch's layouts, and the first kernel's colours", () => {
  const kernel = tensor("group0/block0/conv1/W", [1, 2, 3, 2]);
  const [first, other, matrix] = fromTensorpack([
    { ...kernel, name: "conv0/W" },
    kernel,
    tensor("linear/W", [2, 3]),
  ]) as [NamedTensor, NamedTensor, NamedTensor];
  // Of (height, width, input, output) the value is 6 w + 2 i + o.
  expect(other.shape).toEqual([2, 3, 1, 2]);
  expect(valuesOf(other)).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
  expect(valuesOf(first)).toEqual([4, 10, 2, 8, 0, 6, 5, 11, 3, 9, 1, 7]);
  expect([matrix.shape, valuesOf(matrix)]).toEqual([
    [3, 2],
    [0, 3, 1, 4, 2, 5],
  ]);
});

test("reads tensors that begin anywhere in a file", () => {
  const { data, ...rest } = tensor("linear/W", [2, 2]);
  const shifted = new Uint8Array(data.length + 1);
  shifted.set(data, 1);
  const [read] = fromTensorpack([{ ...rest, data: shifted.subarray(1) }]);
  expect(valuesOf(read!)).toEqual([0, 2, 1, 3]);
});
