/**
 * The ledger of the big addon: every name that `binding/torch` exports, and nothing else (test/ledger.test.ts). Arrays are
 * copied at the call: what becomes of them afterwards changes nothing.
 */

import type { Config } from "../config/schema";
import type { NamedTensor } from "../formats/tensor-file";
import type { CreateError } from "./create-error";
import type { NcclMaker } from "./cuda-addon";

/** Images as the native side takes them: RGB, 8 bit, `count` x `height` x `width` x 3, in one block. */
export interface ImageBatch {
  readonly data: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** Several classes of each image: those of image i are values[offsets[i]] to before offsets[i + 1], at least one each. */
export interface ClassLists {
  readonly values: Int32Array;
  /** Images + 1. */
  readonly offsets: Int32Array;
}

/** The configuration's sections, as far as building a network needs them. */
export interface NetworkOptions {
  readonly model: Pick<Config["model"], "backbone" | "stem" | "lastStride" | "layer3Stride" | "padding"> & {
    readonly numClasses: number;
  };
  /** Some methods bring a head of their own. */
  readonly method: Config["method"];
  /** What images are normalised with. */
  readonly data: Pick<Config["data"], "mean" | "std">;
  /** How probabilities are read off the logits. */
  readonly loss: Pick<Config["loss"], "multiLabel">;
  /** `cpu` or `cuda:N`. */
  readonly device: string;
  readonly precision: Config["precision"];
  /** CPU threads of the session; 0: as many as the process may use. */
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

export type ScoreMapOptions = Config["scoreMap"] & {
  /** Classes to draw maps for, `count` x K or lists of each image; null: the `topK` most probable of each image. */
  readonly labels: Int32Array | ClassLists | null;
  readonly topK: number;
  /** Of the `topK`, beside the most probable one, only those of at least this probability. @default 0 */
  readonly minProbability?: number | null;
};

export interface InferResult {
  /** `count` x numClasses. */
  readonly logits: Float32Array;
  /** Softmax of the logits, or with `bce` the sigmoid of each, `count` x numClasses, in float64. */
  readonly probabilities: Float64Array;
  /** H(p) in nats, with `bce` the mean of the classes' binary entropies, one per image. */
  readonly entropy: Float64Array;
  /** `count` + 1: the score maps of image i are those from offsets[i] to before offsets[i + 1]; null without score maps. */
  readonly offsets: Int32Array | null;
  /** The class of each score map; null without score maps. */
  readonly classes: Int32Array | null;
  /** Maps x mapHeight x mapWidth in [0, 1]; null if not asked for. */
  readonly scoreMaps: Float64Array | null;
  readonly mapHeight: number;
  readonly mapWidth: number;
  /**
   * What `scoreMaps` were resized and normalised from: maps x rawHeight x rawWidth, of the stage's own size and of any
   * scale; null if not asked for.
   */
  readonly rawMaps: Float32Array | null;
  readonly rawHeight: number;
  readonly rawWidth: number;
}

/** What a stage of the network makes of a batch. */
export interface FeatureMaps {
  /** `count` x channels x height x width. */
  readonly data: Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
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
  /** Evaluation mode: batch norm's running statistics. */
  infer(batch: ImageBatch, scoreMap: ScoreMapOptions | null): Promise<InferResult>;
  /**
   * The output of each of the four stages, in evaluation mode; the last one's after the final norm and its ReLU, where
   * the backbone has them.
   */
  features(batch: ImageBatch): Promise<FeatureMaps[]>;
  /**
   * Waits for queued calls, then frees the network and ends its thread. Idempotent; later calls reject with
   * ERR_WSOL_CLOSED. Rejects with ERR_WSOL_BUSY, and closes nothing, while a trainer holds the network.
   */
  close(): Promise<void>;
  readonly closed: boolean;
}

/** The configuration's sections, as far as a step needs them. */
export interface TrainerOptions {
  readonly loss: Config["loss"];
  /** The same as the network's. */
  readonly method: Config["method"];
  readonly optim: Pick<Config["optim"], "momentum" | "nesterov" | "weightDecay"> & {
    readonly classifierLrMultiplier: number;
  };
  readonly data: Pick<Config["data"], "cropSize" | "flip">;
  /** All random draws of step t are a function of (seed, t). */
  readonly seed: number;
  /** Those that train together, each on its share of every batch; ready. @default null, this one alone */
  readonly processes?: NativeProcessGroup | null;
  /** @default Gloo, and norms that see their own process's batch */
  readonly distributed?: Config["distributed"];
}

/** What a batch is trained against. */
export interface SoftLabels {
  /** The class of each image: predictions count as correct against these. */
  readonly labels: Int32Array;
  /** What the loss is taken against: `count` x numClasses, each row at least 0 and summing to 1. */
  readonly distributions: Float32Array;
}

export interface StepResult {
  /** Which step it is, as `step` was told. */
  readonly step: number;
  /** What was minimised: cross-entropy plus the weighted regularizer, batch mean. */
  readonly loss: number;
  readonly crossEntropy: number;
  /** Mean H(p) of the batch in nats. */
  readonly entropy: number;
  /** Images whose most probable class is the label, or one of several. */
  readonly correct: number;
  /** Whether a process asked to stop after this step. */
  readonly stops: boolean;
}

/** Training state (gradients, momentum) of one network; the network is held (ERR_WSOL_BUSY for others) until close(). */
export interface NativeTrainer {
  /**
   * Forward, backward, update: all of it, or nothing where it rejects. `step` counts from 0 over the whole run. A loss
   * or a gradient that is not finite rejects with ERR_WSOL_NON_FINITE_LOSS. On a GPU, which is to work without a pause, what
   * became of a step is told by the next call: null at first, and a rejection undoes the step before too. Of several processes each brings its share of
   * the batch, equally many images, and has the results of all of it; where one is gone, ERR_WSOL_DISTRIBUTED.
   */
  step(
    batch: ImageBatch,
    labels: Int32Array | SoftLabels | ClassLists,
    settings: { learningRate: number; step: number; asksToStop?: boolean },
  ): Promise<StepResult | null>;
  /**
   * The result of the last step where it is not told yet, else null; rejects as `step` does. Before anything else is done
   * with the network.
   */
  finish(): Promise<StepResult | null>;
  /** Gives all processes rank 0's running statistics; with `everything` its weights and momentum too. */
  shareState(everything: boolean): Promise<void>;
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

/** Where the processes of a run meet: a TCP store. */
export interface ProcessGroupOptions {
  readonly address: string;
  readonly port: number;
  /** Whether the store is this process's; else it is another's, or the launcher's. */
  readonly keepsStore: boolean;
  /** What they agree on lies under this name. */
  readonly name: string;
  readonly rank: number;
  readonly worldSize: number;
  /** How long they wait for each other to start. */
  readonly seconds: number;
}

/**
 * The processes that train together, connected by LibTorch's c10d over Gloo, with a native thread of its own. All make the
 * same calls in the same order; each rejects with ERR_WSOL_DISTRIBUTED where a process is gone.
 */
export interface NativeProcessGroup {
  /** Resolves when all are connected. */
  ready(): Promise<void>;
  /** The bytes of each process by rank; each may bring another number of them. */
  gather(bytes: Uint8Array): Promise<Uint8Array[]>;
  /** Waits for queued calls, then leaves the others; a trainer keeps its connections until it is closed. Idempotent. */
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
  /** The names of each table's rows. */
  readonly backbones: readonly string[];
  readonly regularizers: readonly string[];
  readonly reductions: readonly string[];
  readonly multiLabels: readonly string[];
  readonly methods: readonly string[];
  readonly scoreMapKinds: readonly string[];
  readonly distributedBackends: readonly string[];
  /** Whether `nccl` can be had: the addon `cuda` is loaded. */
  readonly hasNccl: boolean;
  readonly normalisations: readonly string[];
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
    batch: { readonly logits: Float64Array; readonly targets: Int32Array | ClassLists; readonly classes: number },
    options: Config["loss"],
  ): LossResult;
  /** Takes what the addon `cuda` makes NCCL with, for this process. */
  useNccl(maker: NcclMaker): void;
  /** Throws ERR_WSOL_ARGUMENT for a wrong option; what only the device or the backbone can tell, ready() rejects. */
  readonly Network: new (
    options: NetworkOptions,
  ) => NativeNetwork;
  /** Throws ERR_WSOL_ARGUMENT, and ERR_WSOL_BUSY or ERR_WSOL_CLOSED for a network that is held or closed. */
  readonly Trainer: new (
    network: NativeNetwork,
    options: TrainerOptions,
  ) => NativeTrainer;
  /** Throws ERR_WSOL_ARGUMENT; what only the other processes can tell, ready() rejects. */
  readonly ProcessGroup: new (
    options: ProcessGroupOptions,
  ) => NativeProcessGroup;
}
