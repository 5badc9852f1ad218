import type { Config } from "../config/schema";
import type { ExportedWeights, ExportFormat } from "./exported-weights";

/** How PyTorch's own libraries build a backbone, and where its stages' strides are. */
interface Counterpart {
  readonly library: "torchvision" | "timm";
  readonly build: (numClasses: number) => string;
  /** The first block of a stage, counted from 1. */
  readonly block: (stage: number) => string;
  /** Whose stride is the stage's, in that block. */
  readonly strided: readonly string[];
}

const timm = (name: string) => (numClasses: number) => `timm.create_model("${name}", num_classes=${numClasses})`;
const torchvision = (name: string) => (numClasses: number) => `torchvision.models.${name}(num_classes=${numClasses})`;
const layer = (stage: number) => `model.layer${stage}[0]`;

const COUNTERPARTS: Readonly<Record<Config["model"]["backbone"], Counterpart>> = {
  preresnet18: {
    library: "timm",
    build: timm("resnetv2_18"),
    block: (stage) => `model.stages[${stage - 1}].blocks[0]`,
    strided: ["conv1", "downsample.conv"],
  },
  seresnet50: { library: "timm", build: timm("seresnet50"), block: layer, strided: ["conv2", "downsample[0]"] },
  resnet18: {
    library: "torchvision",
    build: torchvision("resnet18"),
    block: layer,
    strided: ["conv1", "downsample[0]"],
  },
  resnet50: {
    library: "torchvision",
    build: torchvision("resnet50"),
    block: layer,
    strided: ["conv2", "downsample[0]"],
  },
};

/** How the network is built where the weights go, and what the file cannot say. */
export function pythonFor(
  { model, method, data }: Config,
  { path, format, numClasses }: { readonly path: string; readonly format: ExportFormat; readonly numClasses: number },
): Pick<ExportedWeights, "python" | "warnings"> {
  const { library, build, block, strided } = COUNTERPARTS[model.backbone];
  const pixels = `Pixels in [0, 1] must be normalised with mean ${text(data.mean)} and std ${text(data.std)}.`;
  const none = noCounterpart(model.stem, method.name);
  if (none !== null) return { python: null, warnings: [none, pixels] };
  const setStride = (stage: number) =>
    `${strided.map((layer) => `${block(stage)}.${layer}.stride`).join(" = ")} = (1, 1)`;
  const strides: [key: string, value: number, stage: number][] = [
    ["model.lastStride", model.lastStride, 4],
    ["model.layer3Stride", model.layer3Stride, 3],
  ];
  const changed = strides.filter(([, stride]) => stride === 1);
  const read =
    format === "pth"
      ? `torch.load(${quoted(path)}, weights_only=True)`
      : `safetensors.torch.load_file(${quoted(path)})`;
  const lines = [
    `import ${library}, ${format === "pth" ? "torch" : "safetensors.torch"}`,
    `model = ${build(numClasses)}`,
    `model.load_state_dict(${read})`,
    ...changed.map(([key, , stage]) => `${setStride(stage)}  # ${key}=1`),
  ];
  const warnings = changed.map(
    ([key, , stage]) =>
      `${key}=1 is part of the model and not of the file. In Python, after loading: ${setStride(stage)}`,
  );
  if (model.padding === "same") warnings.push(OTHER_PADDING);
  return { python: lines.join("\n"), warnings: [...warnings, pixels] };
}

const OTHER_PADDING =
  "torchvision and timm pad symmetrically: with model.padding=same their network loads this file, but gives other outputs.";

function noCounterpart(stem: Config["model"]["stem"], method: Config["method"]["name"]): string | null {
  if (method === "acol") {
    return "Neither torchvision nor timm has ACoL's two classifiers, so they cannot load this file.";
  }
  return stem === "activated" ? "timm has no network with model.stem=activated, so it cannot load this file." : null;
}

const text = (values: readonly number[]) => `[${values.join(", ")}]`;
/** JSON's strings are Python's. */
const quoted = (path: string) => JSON.stringify(path);
