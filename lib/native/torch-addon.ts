/**
 * The ledger of the big addon: every name that `binding/torch` exports, and nothing else (test/ledger.test.ts). Arrays are
 * copied at the call: what becomes of them afterwards changes nothing.
 */

import type { NamedTensor } from "../formats/tensors";

/** Hands the error class to the native side, once per environment, so that native errors are WsolErrors. */
export type CreateError = (code: string, message: string, details: Record<string, unknown>) => Error;

/** Images as the native side takes them: RGB, 8 bit, `count` x `height` x `width` x 3, in one block. */
export interface ImageBatch {
  readonly data: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

export interface NetworkOptions {
  readonly backbone: string;
  /** `plain` or `activated`; only preresnet18 has both. */
  readonly stem: string;
  readonly numClasses: number;
  /** 1 or 2. */
  readonly lastStride: number;
  /** 1 or 2. */
  readonly layer3Stride: number;
  /** `cpu` or `cuda:N`. */
  readonly device: string;
  /** `float32` or `bfloat16` (autocast). */
  readonly precision: string;
  /** CPU threads of the session; 0: as many as there are cores. */
  readonly threads: number;
  /** Seed of the initial weights. */
  readonly seed: number;
}

export type NativeTensor = NamedTensor;

export interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

export interface ScoreMapOptions {
  /** `cam`. */
  readonly kind: string;
  /** `minmax`, `max`, `pas` or `ivr`. */
  readonly normalisation: string;
  /** Side of the square map in pixels, after the bicubic resize; 0: the network's own resolution. */
  readonly size: number;
  /** Classes to draw maps for, `count` x K; null: the `topK` most probable of each image. */
  readonly labels: Int32Array | null;
  readonly topK: number;
}

export interface InferResult {
  /** `count` x numClasses. */
  readonly logits: Float32Array;
  /** Softmax of the logits, `count` x numClasses, in float64. */
  readonly probabilities: Float64Array;
  /** H(p) in nats, one per image. */
  readonly entropy: Float64Array;
  /** The classes that `scoreMaps` belong to, `count` x K; null without score maps. */
  readonly classes: Int32Array | null;
  /** `count` x K x mapHeight x mapWidth in [0, 1]; null if not asked for. */
  readonly scoreMaps: Float64Array | null;
  readonly mapHeight: number;
  readonly mapWidth: number;
}

/**
 * A network on a native thread of its own. Calls queue in order and check their arguments at once; every failure, a wrong
 * argument too, rejects. A network that is dropped without close() is freed when it is collected.
 */
export interface NativeNetwork {
  /** Resolves when the network is built; rejects with why it cannot be. Every other call waits for it, and rejects alike. */
  ready(): Promise<void>;
  tensorTable(): Promise<TensorInfo[]>;
  /** Parameters and buffers in PyTorch's state_dict order, by PyTorch's names. Copies. */
  exportTensors(): Promise<NativeTensor[]>;
  /** Takes exactly the network's tensors, by name; anything else rejects with ERR_WSOL_CHECKPOINT and changes nothing. */
  importTensors(tensors: readonly NativeTensor[]): Promise<void>;
  /** Evaluation mode: batch norm's running statistics. `mean` and `std` are ImageNet's. */
  infer(batch: ImageBatch, scoreMap: ScoreMapOptions | null): Promise<InferResult>;
  /**
   * Waits for queued calls, then frees the network and ends its thread. Idempotent; later calls reject with
   * ERR_WSOL_CLOSED. Rejects with ERR_WSOL_BUSY, and closes nothing, while a trainer holds the network.
   */
  close(): Promise<void>;
  readonly closed: boolean;
}

export interface TrainerOptions {
  /** none | entropy | label-smoothing | confidence-penalty | jeffreys | jensen-shannon. */
  readonly regularizer: string;
  readonly lambda: number;
  /** mean | class-sum | sum. */
  readonly reduction: string;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  /** Learning-rate factor of the classifier's parameter group (the linear layer and the last stage). */
  readonly classifierLrMultiplier: number;
  /** Side of the random crop in pixels; at most the batch's height and width. */
  readonly cropSize: number;
  /** Probability of a horizontal flip. */
  readonly flip: number;
  /** All random draws of step t are a function of (seed, t). */
  readonly seed: number;
}

export interface StepResult {
  /** What was minimised: cross-entropy plus the weighted regularizer, batch mean. */
  readonly loss: number;
  readonly crossEntropy: number;
  /** Mean H(p) of the batch in nats. */
  readonly entropy: number;
  /** Images whose most probable class is the label. */
  readonly correct: number;
  /** lambda k / (1 + lambda k) for `entropy`, else null. */
  readonly effectiveEps: number | null;
}

/** Training state (gradients, momentum) of one network; the network is held (ERR_WSOL_BUSY for others) until close(). */
export interface NativeTrainer {
  /** Forward, backward, update. `step` counts from 0 over the whole run. A non-finite loss rejects and leaves the weights. */
  step(batch: ImageBatch, labels: Int32Array, settings: { learningRate: number; step: number }): Promise<StepResult>;
  /** As NativeNetwork.infer, for validation between steps. */
  infer(batch: ImageBatch, scoreMap: ScoreMapOptions | null): Promise<InferResult>;
  tensorTable(): Promise<TensorInfo[]>;
  exportTensors(): Promise<NativeTensor[]>;
  importTensors(tensors: readonly NativeTensor[]): Promise<void>;
  /** Momentum buffers, named as their parameters. Empty before the first step. */
  exportMomentum(): Promise<NativeTensor[]>;
  importMomentum(tensors: readonly NativeTensor[]): Promise<void>;
  /** Waits for queued calls, frees the training state and releases the network. Idempotent. */
  close(): Promise<void>;
  readonly closed: boolean;
}

export interface LossResult {
  readonly loss: number;
  readonly crossEntropy: number;
  /** Mean H(p) in nats. */
  readonly entropy: number;
  readonly effectiveEps: number | null;
  /** d loss / d logits, rows x classes. */
  readonly gradient: Float64Array;
}

export interface TorchInfo {
  /** Version of the LibTorch that is loaded. */
  readonly libtorch: string;
  readonly cudaDevices: readonly string[];
  readonly threads: number;
  readonly backbones: readonly string[];
  readonly regularizers: readonly string[];
}

export interface TorchAddon {
  /** Version of the LibTorch that the addon was built for. */
  readonly builtFor: string;
  setCreateError(createError: CreateError): void;
  info(): TorchInfo;
  /** Antialiased bilinear, Pillow's formula; RGB 8 bit in and out. On the libuv pool. */
  resizeImage(
    image: Omit<ImageBatch, "count">,
    size: { readonly width: number; readonly height: number },
  ): Promise<Uint8Array>;
  /** The loss and its gradient for logits of rows x classes, in float64. */
  regularizedLoss(
    batch: { readonly logits: Float64Array; readonly targets: Int32Array; readonly classes: number },
    options: { regularizer: string; lambda: number; reduction: string },
  ): LossResult;
  /** Throws ERR_WSOL_ARGUMENT for a wrong option; what only the device or the backbone can tell, ready() rejects. */
  readonly Network: new (
    options: NetworkOptions,
  ) => NativeNetwork;
  /** Throws ERR_WSOL_ARGUMENT, and ERR_WSOL_BUSY or ERR_WSOL_CLOSED for a network that is held or closed. */
  readonly Trainer: new (
    network: NativeNetwork,
    options: TrainerOptions,
  ) => NativeTrainer;
}
