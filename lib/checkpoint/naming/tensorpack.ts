import type { NamedTensor } from "../../formats/tensor-file";
import { toFloat32 } from "../../formats/to-float32";
import { reverseAxis, transpose } from "./permute";

/**
 * Checkpoints of tensorpack's ResNet examples (`imagenet-resnet.py` in its modes `preact`, `resnet` and `se`), from which the
 * paper's two networks most likely started: TensorFlow's layouts and names, trained on images in the order blue, green, red.
 */
export function isTensorpack(tensors: readonly NamedTensor[]): boolean {
  return tensors.some(({ name }) => pathOf(name) === FIRST_KERNEL);
}

/** Whether it is a pre-activation network: a norm ends each group. */
export function isPreactivation(tensors: readonly NamedTensor[]): boolean {
  return tensors.some(({ name }) => /^group\d+\/bnlast\//.test(name));
}

/** The tensors by PyTorch's names, in its layouts and in single precision; what is none of tensorpack's stays as it is. */
export function fromTensorpack(tensors: readonly NamedTensor[]): NamedTensor[] {
  const names = isPreactivation(tensors) ? PREACTIVATION : POST_ACTIVATION;
  return tensors.map((tensor) => {
    const path = pathOf(tensor.name);
    const name = nameOf(path, names);
    if (name === null) return tensor;
    const single = toFloat32(tensor);
    if (single.dtype !== "F32") return tensor;
    const values = path === FIRST_KERNEL ? reverseAxis(single, INPUT_AXIS) : single;
    return { ...inPyTorchsLayout(values), name };
  });
}

const FIRST_KERNEL = "conv0/W";

/** A variable of a graph ends in the number of its output. */
function pathOf(name: string): string {
  return name.replace(/:0$/, "");
}

/** Of a kernel: height, width, input, output. */
const INPUT_AXIS = 2;

function inPyTorchsLayout(tensor: NamedTensor): NamedTensor {
  if (tensor.shape.length === 4) return transpose(tensor, [3, 2, 0, 1]);
  return tensor.shape.length === 2 ? transpose(tensor, [1, 0]) : tensor;
}

const NORM_PARTS: Readonly<Record<string, string>> = {
  gamma: "weight",
  beta: "bias",
  "mean/EMA": "running_mean",
  "variance/EMA": "running_var",
};
const LAYER_PARTS: Readonly<Record<string, string>> = { W: "weight", b: "bias" };

/** What a layer of a block, or of a group, is called here; `X/bn` is the batch norm that a layer X ends in. */
interface LayerNames {
  readonly whole: Readonly<Record<string, string>>;
  readonly block: (stage: number, block: number) => string;
  readonly inBlock: Readonly<Record<string, string>>;
  /** Of the norm that ends a group. */
  readonly groupNorm: (stage: number) => string | undefined;
}

const LAST_STAGE = 3;

const PREACTIVATION: LayerNames = {
  whole: { conv0: "stem.conv", "conv0/bn": "stem.norm", linear: "head.fc" },
  block: (stage, block) => `stages.${stage}.blocks.${block}`,
  inBlock: {
    preact: "norm1",
    "preact/bn": "norm1",
    conv1: "conv1",
    "conv1/bn": "norm2",
    conv2: "conv2",
    convshortcut: "downsample.conv",
  },
  // It activates the input of the next group's first block.
  groupNorm: (stage) => (stage === LAST_STAGE ? "norm" : `stages.${stage + 1}.blocks.0.norm1`),
};

const POST_ACTIVATION: LayerNames = {
  whole: { conv0: "conv1", "conv0/bn": "bn1", linear: "fc" },
  block: (stage, block) => `layer${stage + 1}.${block}`,
  inBlock: {
    conv1: "conv1",
    "conv1/bn": "bn1",
    conv2: "conv2",
    "conv2/bn": "bn2",
    conv3: "conv3",
    "conv3/bn": "bn3",
    fc1: "se.fc1",
    fc2: "se.fc2",
    convshortcut: "downsample.0",
    "convshortcut/bn": "downsample.1",
  },
  groupNorm: () => undefined,
};

function nameOf(path: string, names: LayerNames): string | null {
  const norm = /^(.+)\/(gamma|beta|mean\/EMA|variance\/EMA)$/.exec(path);
  const [, layer, part] = norm ?? /^(.+)\/(W|b)$/.exec(path) ?? [];
  if (layer === undefined || part === undefined) return null;
  const name = layerName(layer, names);
  return name === undefined ? null : `${name}.${(norm === null ? LAYER_PARTS : NORM_PARTS)[part]}`;
}

function layerName(layer: string, names: LayerNames): string | undefined {
  const [, group, block, inner] = /^group([0-3])\/(?:block(\d+)\/)?(.+)$/.exec(layer) ?? [];
  if (inner === undefined) return own(names.whole, layer);
  if (block === undefined) return /^bnlast(\/bn)?$/.test(inner) ? names.groupNorm(Number(group)) : undefined;
  const name = own(names.inBlock, inner);
  return name && `${names.block(Number(group), Number(block))}.${name}`;
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
