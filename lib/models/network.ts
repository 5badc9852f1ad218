import type { Config } from "../config/schema";
import { loadTorchAddon } from "../native/load-torch";
import type { NativeNetwork } from "../native/torch-addon";

/** `auto` is the first CUDA device, else the CPU; anything else is taken as it stands. */
export function chooseDevice(device: string): string {
  if (device !== "auto") return device;
  return loadTorchAddon().info().cudaDevices.length > 0 ? "cuda:0" : "cpu";
}

export type NetworkConfig = Pick<
  Config,
  "model" | "method" | "data" | "loss" | "device" | "precision" | "threads" | "seed"
>;

/** Builds a network with random weights, ready to use. @throws ERR_WSOL_DEVICE, ERR_WSOL_LIBTORCH_NOT_FOUND, … */
export async function openNetwork(config: NetworkConfig, numClasses: number): Promise<NativeNetwork> {
  const { Network } = loadTorchAddon();
  const { method, data, loss, precision, threads, seed } = config;
  const device = chooseDevice(config.device);
  const model = { ...config.model, numClasses };
  const network = new Network({ model, method, data, loss, device, precision, threads, seed });
  try {
    await network.ready();
  } catch (error) {
    await network.close().catch(() => undefined);
    throw error;
  }
  return network;
}

/** The network in a few words, for messages. */
export function describeNetwork(model: Config["model"], numClasses: number): string {
  return `${model.backbone} with ${numClasses} classes`;
}

/** Tensors between the feature map and the logits, in every naming scheme. */
export function isClassifierTensor(name: string): boolean {
  return /^(fc|head\.fc|classifier_[AB]\.[024])\.(weight|bias)$/.test(name);
}

/** Which has one row for each class, of a linear head or of ACoL's first branch. */
const CLASS_ROWS = { "fc.weight": "none", "head.fc.weight": "none", "classifier_A.4.weight": "acol" } as const;

/** A classifier's outputs, and the method whose head it is. */
export interface ClassifierFacts {
  readonly numClasses: number;
  readonly method: "none" | "acol";
}

/** Of which of the two kinds a training method's head is. */
export function headOf(method: Config["method"]["name"]): ClassifierFacts["method"] {
  return method === "acol" ? "acol" : "none";
}

/** What the tensors of a weights file tell of its classifier; null where it has none. */
export function describeClassifier(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
): ClassifierFacts | null {
  for (const { name, shape } of tensors) {
    if (Object.hasOwn(CLASS_ROWS, name)) {
      return { numClasses: shape[0]!, method: CLASS_ROWS[name as keyof typeof CLASS_ROWS] };
    }
  }
  return null;
}
