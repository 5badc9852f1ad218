import type { Config } from "./schema";

type Backbone = Config["model"]["backbone"];
type Triple = Config["data"]["mean"];

/** Weights that a publisher gives out, by a name that `model.weights` takes. */
export interface NamedWeights {
  /** `PUBLISHER/NETWORK.TAG`, as the publisher calls them. */
  readonly name: string;
  /** A shorter name for the same. */
  readonly alias?: string;
  readonly backbone: Backbone;
  /** The publisher's name for the file. */
  readonly file: string;
  readonly urls: readonly string[];
  /** The file's, whole or the first digits, which some publishers write into its name; null where none is known. */
  readonly sha256: string | null;
  /** The statistics of the pixels that they were trained with. */
  readonly mean: Triple;
  readonly std: Triple;
}

const IMAGENET: Pick<NamedWeights, "mean" | "std"> = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const HALVES: Pick<NamedWeights, "mean" | "std"> = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/** Of PyTorch's server, where the digits in a file's name are the first of its checksum. */
function torchvision(backbone: Backbone, version: "v1" | "v2", digits: string): NamedWeights {
  const file = `${backbone}-${digits}.pth`;
  return {
    name: `torchvision/${backbone}.${version}`,
    ...(version === "v1" && { alias: `torchvision/${backbone}` }),
    backbone,
    file,
    urls: [`https://download.pytorch.org/models/${file}`],
    sha256: digits,
    ...IMAGENET,
  };
}

/** All trained on ImageNet, 1,000 classes. A plain `torchvision/resnet50` is V1, which the reference starts from. */
export const NAMED_WEIGHTS: readonly NamedWeights[] = [
  torchvision("resnet18", "v1", "f37072fd"),
  torchvision("resnet50", "v1", "0676ba61"),
  torchvision("resnet50", "v2", "11ad3fa6"),
  {
    name: "timm/seresnet50.ra2_in1k",
    backbone: "seresnet50",
    file: "seresnet50_ra_224-8efdb4bb.pth",
    urls: ["huggingface", "rwightman"].map(
      (owner) =>
        `https://github.com/${owner}/pytorch-image-models/releases/download/v0.1-weights/seresnet50_ra_224-8efdb4bb.pth`,
    ),
    sha256: "8efdb4bb",
    ...IMAGENET,
  },
  {
    name: "timm/resnetv2_18.ra4_e3600_r224_in1k",
    backbone: "preresnet18",
    file: "model.safetensors",
    urls: ["https://huggingface.co/timm/resnetv2_18.ra4_e3600_r224_in1k/resolve/main/model.safetensors"],
    sha256: "8cbd1843d961f937eed89815af452c0dcc63f0bb5c54b60a4cd8ed5fc66ffb3e",
    ...HALVES,
  },
];

/** The row of a name; null for anything else, such as a path. */
export function weightsNamed(name: string | null): NamedWeights | null {
  return NAMED_WEIGHTS.find((row) => row.name === name || (row.alias !== undefined && row.alias === name)) ?? null;
}
