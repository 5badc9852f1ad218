import {
  matchTensors,
  readCheckpointFile,
  readWeights,
  type WeightsInfo,
  weightsInfo,
  weightsMetadata,
  writeWeights,
} from "../checkpoint/weights";
import type { Config } from "../config/schema";
import { WsolError } from "../errors";
import { writeSafetensors } from "../formats/safetensors";
import { chooseDevice, describeNetwork, isClassifierTensor, openNetwork } from "../models/network";
import { loadTorchAddon } from "../native/load-torch";
import type { NativeNetwork, NativeTrainer } from "../native/torch-addon";
import type { RunFolder } from "../runs/run-folder";
import { type Position, parsePosition } from "./position";

const POSITION_KEY = "entropy-wsol.position";
const MOMENTUM_PREFIX = "momentum.";

/** A network in training, and its way to and from disk. */
export class TrainingSession {
  readonly network: NativeNetwork;
  readonly trainer: NativeTrainer;
  readonly #config: Config;
  readonly #numClasses: number;
  readonly #classes: readonly string[] | null;

  private constructor(network: NativeNetwork, trainer: NativeTrainer, { config, numClasses, classes }: TrainingSetup) {
    this.network = network;
    this.trainer = trainer;
    this.#config = config;
    this.#numClasses = numClasses;
    this.#classes = classes;
  }

  /** A fresh network, or one that starts from `model.weights`. */
  static async open(setup: TrainingSetup): Promise<TrainingSession> {
    const { config, numClasses } = setup;
    const network = await openNetwork(config, numClasses);
    try {
      if (config.model.weights !== null) await loadInitialWeights(network, config, numClasses);
      const { loss, method, optim, data, seed, model } = config;
      const classifierLrMultiplier =
        optim.classifierLrMultiplier ?? (model.weights === null ? 1 : PRETRAINED_MULTIPLIER);
      const trainer = new (loadTorchAddon().Trainer)(network, {
        loss,
        method,
        optim: { ...optim, classifierLrMultiplier },
        data,
        seed,
      });
      return new TrainingSession(network, trainer, setup);
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  /** `cpu` or `cuda:N`, after `auto` was resolved. */
  get device(): string {
    return chooseDevice(this.#config.device);
  }

  async close(): Promise<void> {
    await this.trainer.close();
    await this.network.close();
  }

  /** Writes `last`, `best` if this is the best epoch, and the state file. Each file is complete or as it was. */
  async save(folder: RunFolder, position: Position, stepsPerEpoch: number, isBest: boolean): Promise<void> {
    const [tensors, momentum] = await Promise.all([this.trainer.exportTensors(), this.trainer.exportMomentum()]);
    const info: WeightsInfo = {
      config: this.#config,
      numClasses: this.#numClasses,
      classes: this.#classes,
      epoch: position.epoch + position.stepInEpoch / stepsPerEpoch,
      valThreshold: position.valThreshold,
    };
    await writeWeights(folder.file("last"), tensors, info);
    if (isBest) await writeWeights(folder.file("best"), tensors, info);
    // Last, so that a run killed in between does this epoch again and writes all three alike.
    const prefixed = momentum.map((tensor) => ({ ...tensor, name: MOMENTUM_PREFIX + tensor.name }));
    await writeSafetensors(folder.file("state"), {
      tensors: [...tensors, ...prefixed],
      metadata: { ...weightsMetadata(info), [POSITION_KEY]: JSON.stringify(position) },
    });
  }

  /** Puts weights, momentum and position back. @throws ERR_WSOL_CHECKPOINT if the state is damaged or of another network. */
  async restore(path: string): Promise<Position> {
    const file = await readCheckpointFile(path);
    weightsInfo(file, path);
    const position = parsePosition(file.metadata[POSITION_KEY], path);
    const isMomentum = ({ name }: { name: string }) => name.startsWith(MOMENTUM_PREFIX);
    const network = { table: await this.trainer.tensorTable(), description: this.#description };
    const tensors = matchTensors(
      file.tensors.filter((tensor) => !isMomentum(tensor)),
      network,
      path,
    );
    await this.trainer.importTensors(tensors);
    const momentum = file.tensors.filter(isMomentum);
    await this.trainer.importMomentum(
      momentum.map((tensor) => ({ ...tensor, name: tensor.name.slice(MOMENTUM_PREFIX.length) })),
    );
    return position;
  }

  get #description(): string {
    return describeNetwork(this.#config.model, this.#numClasses);
  }
}

export interface TrainingSetup {
  readonly config: Config;
  readonly numClasses: number;
  readonly classes: readonly string[] | null;
}

// The layers that start from nothing learn faster than those that are fine-tuned.
const PRETRAINED_MULTIPLIER = 10;

async function loadInitialWeights(network: NativeNetwork, config: Config, numClasses: number): Promise<void> {
  const path = config.model.weights!;
  const isFresh = config.model.classifier === "fresh";
  const own = isFresh ? (await network.exportTensors()).filter(({ name }) => isClassifierTensor(name)) : [];
  const wanted = {
    table: await network.tensorTable(),
    description: describeNetwork(config.model, numClasses),
    own,
    ...(isFresh && { skips: isClassifierTensor }),
  };
  try {
    await network.importTensors(await readWeights(path, wanted));
  } catch (error) {
    if (!(error instanceof WsolError) || !isAboutClassifier(error.details)) throw error;
    const fix = "Set model.classifier=fresh to start a new classifier on the other layers' weights.";
    throw new WsolError(error.code, error.message, { details: error.details, fix, cause: error });
  }
}

/** Whether only the classifier of a file does not fit. */
function isAboutClassifier({ tensor, missing = [], extra = [] }: Record<string, unknown>): boolean {
  const names = [...(tensor === undefined ? [] : [tensor]), ...(missing as unknown[]), ...(extra as unknown[])];
  return names.length > 0 && names.every((name) => isClassifierTensor(String(name)));
}
