import { WsolError } from "../../lib/errors";
import type {
  FeatureMaps,
  ImageBatch,
  InferResult,
  NativeTensor,
  NetworkOptions,
  ScoreMapOptions,
  StepResult,
  TensorInfo,
  TorchAddon,
  TrainerOptions,
} from "../../lib/native/torch-addon";

// A stand-in for the big addon, for tests of what is around the steps: a run of it takes milliseconds.
// jest.mock("../../../lib/native/load-torch", () => require("../../support/fake-torch"));

/** What it is to do, and what it was told. */
export const fakeTorch = {
  /** How many images of a batch are localized and classified after that many steps; the others are not. */
  hitsAfter: (_steps: number): number => 0,
  /** The score of what is not the object, after that many steps: thresholds are good from there on. */
  floorAfter: (_steps: number): number => 0,
  /** A step from which on the weights are not finite. */
  overflowsAt: Number.POSITIVE_INFINITY,
  /** Whether a step's result comes with the call after it, as on a GPU. */
  readsLate: false,
  /** The images of each batch that went through a network. */
  inferred: [] as number[],
  /** The score map that was last asked for. */
  scoreMap: null as ScoreMapOptions | null,
  /** The options of the last trainer. */
  trainer: null as TrainerOptions | null,
  /** Networks that are open. */
  open: 0,
};

/** Of the object in the true class's score map: the box [0,0,3,3] of maps of 8 x 8. */
const OBJECT_SIDE = 4;
const OBJECT_SCORE = 1;

/** What the network says of images whose class it is not told. */
export const FOUND_CLASS = 1;
export const SURE = 0.75;
/** The entropy of every prediction, in nats. */
export const ENTROPY = 0.5;

/** The tensors that count the steps, and that tell which learning rates they had and in what order. */
export const STEPS = "steps";
export const HISTORY = "history";
/** The linear layer's tensor, which no step changes. */
export const CLASSIFIER = "fc.bias";

const float = (name: string, value: number): NativeTensor => ({
  name,
  dtype: "F64",
  shape: [1],
  data: new Uint8Array(Float64Array.of(value).buffer),
});
const numberIn = ({ data }: NativeTensor): number => new DataView(data.buffer, data.byteOffset).getFloat64(0, true);

/** The value of one of the tensors. */
export function valueIn(tensors: readonly NativeTensor[], name: string): number {
  return numberIn(tensors.find((tensor) => tensor.name === name)!);
}

/** The weights after so many steps. */
export function fakeTensors(steps: number, classifier = 0): NativeTensor[] {
  return [float(STEPS, steps), float(HISTORY, 0), float(CLASSIFIER, classifier)];
}

class FakeNetwork {
  closed = false;
  readonly values = new Map([STEPS, HISTORY, CLASSIFIER].map((name) => [name, 0]));

  constructor(readonly options: Pick<NetworkOptions, "device" | "model">) {
    fakeTorch.open += 1;
  }

  async ready(): Promise<void> {
    if (this.options.device !== "cpu") throw new WsolError("ERR_WSOL_DEVICE", `no '${this.options.device}'`);
  }
  async tensorTable(): Promise<TensorInfo[]> {
    return [...this.values.keys()].map((name) => ({ name, dtype: "F64", shape: [1] }));
  }
  async exportTensors(): Promise<NativeTensor[]> {
    return [...this.values].map(([name, value]) => float(name, value));
  }
  async importTensors(tensors: readonly NativeTensor[]): Promise<void> {
    for (const tensor of tensors) this.values.set(tensor.name, numberIn(tensor));
  }
  async close(): Promise<void> {
    if (!this.closed) fakeTorch.open -= 1;
    this.closed = true;
  }

  /** For the labels that are given, as in an evaluation; else for {@link FOUND_CLASS}, as sure as {@link SURE}. */
  async features(): Promise<FeatureMaps[]> {
    return [8, 4, 2, 2].map((side) => {
      const data = Float32Array.from({ length: side * side }, (_, at) => at);
      return { data, channels: 1, height: side, width: side };
    });
  }
  async infer({ count }: ImageBatch, scoreMap: ScoreMapOptions): Promise<InferResult> {
    const { size } = scoreMap;
    const labels = scoreMap.labels as Int32Array | null;
    const { numClasses } = this.options.model;
    fakeTorch.inferred.push(count);
    fakeTorch.scoreMap = scoreMap;
    const steps = this.values.get(STEPS)!;
    const hits = fakeTorch.hitsAfter(steps);
    const maps = Array.from({ length: count }, (_, image) => mapOf(size, fakeTorch.floorAfter(steps), image < hits));
    const probabilities = Array.from({ length: count }, (_, image) => {
      const predicted = labels === null ? FOUND_CLASS : (labels[image]! + (image < hits ? 0 : 1)) % numClasses;
      return Array.from({ length: numClasses }, (__, label) =>
        label === predicted ? SURE : (1 - SURE) / (numClasses - 1),
      );
    });
    return {
      logits: Float32Array.from(probabilities.flat()),
      probabilities: Float64Array.from(probabilities.flat()),
      entropy: new Float64Array(count).fill(ENTROPY),
      offsets: Int32Array.from({ length: count + 1 }, (_, image) => image),
      classes: labels ?? new Int32Array(count).fill(FOUND_CLASS),
      scoreMaps: Float64Array.from(maps.flat()),
      mapHeight: size,
      mapWidth: size,
      rawMaps: Float32Array.from(maps.flat()),
      rawHeight: size,
      rawWidth: size,
    };
  }
}

/** A map with the object in the first corner, or in the last. */
function mapOf(size: number, floor: number, isHit: boolean): number[] {
  const isObject = (x: number, y: number) => Math.max(x, y) < OBJECT_SIDE;
  return Array.from({ length: size * size }, (_, at) => {
    const [x, y] = [at % size, Math.floor(at / size)];
    return isObject(...((isHit ? [x, y] : [size - 1 - x, size - 1 - y]) as [number, number])) ? OBJECT_SCORE : floor;
  });
}

class FakeTrainer {
  closed = false;
  #momentum = new Map<string, number>();
  #last: StepResult | null = null;

  constructor(
    readonly network: FakeNetwork,
    options: TrainerOptions,
  ) {
    fakeTorch.trainer = options;
  }

  tensorTable = () => this.network.tensorTable();
  exportTensors = () => this.network.exportTensors();
  importTensors = (tensors: readonly NativeTensor[]) => this.network.importTensors(tensors);
  infer = (batch: ImageBatch, scoreMap: ScoreMapOptions) => this.network.infer(batch, scoreMap);

  async step(
    { count }: ImageBatch,
    labels: Int32Array,
    { learningRate, step }: { learningRate: number; step: number },
  ): Promise<StepResult | null> {
    const { values } = this.network;
    const momentum = 0.5 * (this.#momentum.get(HISTORY) ?? 0) + learningRate * (1 + step + labels[0]!);
    this.#momentum.set(HISTORY, momentum);
    values.set(HISTORY, step >= fakeTorch.overflowsAt ? Number.NaN : values.get(HISTORY)! + momentum);
    values.set(STEPS, values.get(STEPS)! + 1);
    const before = await this.finish();
    this.#last = { step, loss: 2, crossEntropy: 1, entropy: ENTROPY, correct: count, stops: false };
    return fakeTorch.readsLate ? before : this.finish();
  }

  async finish(): Promise<StepResult | null> {
    const last = this.#last;
    this.#last = null;
    return last;
  }

  async shareState(): Promise<void> {}
  async exportMomentum(): Promise<NativeTensor[]> {
    return [...this.#momentum].map(([name, value]) => float(name, value));
  }
  async importMomentum(tensors: readonly NativeTensor[]): Promise<void> {
    this.#momentum = new Map(tensors.map((tensor) => [tensor.name, numberIn(tensor)]));
  }
  async close(): Promise<void> {
    this.closed = true;
  }
}

const addon = {
  info: () => ({ libtorch: "0.0", cudaDevices: [], threads: 1 }),
  resizeImage: async (_: unknown, { width, height }: { width: number; height: number }) =>
    new Uint8Array(width * height * 3),
  Network: FakeNetwork,
  Trainer: FakeTrainer,
} as unknown as TorchAddon;

export const loadTorchAddon = (): TorchAddon => addon;
