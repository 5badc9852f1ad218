import { firstNonFinite } from "../checkpoint/finite";
import { matchTensors, readWeights, type WeightsInfo, writeWeights } from "../checkpoint/weights";
import type { Config } from "../config/schema";
import type { DatasetFingerprint } from "../data/fingerprint";
import { WsolError } from "../errors";
import { chooseDevice, describeNetwork, isClassifierTensor, openNetwork } from "../models/network";
import { loadTorchAddon } from "../native/load-torch";
import type { ImageBatch, InferResult, NativeNetwork, NativeTrainer, ScoreMapOptions } from "../native/torch-addon";
import type { RunFolder } from "../runs/run-folder";
import type { Position } from "./position";
import { type Snapshot, type TrainingState, writeState } from "./state";

/** A network in training, and its way to and from disk. */
export class TrainingSession {
  readonly network: NativeNetwork;
  readonly trainer: NativeTrainer;
  readonly #setup: TrainingSetup;

  private constructor(network: NativeNetwork, trainer: NativeTrainer, setup: TrainingSetup) {
    this.network = network;
    this.trainer = trainer;
    this.#setup = setup;
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
    return chooseDevice(this.#setup.config.device);
  }

  async close(): Promise<void> {
    await this.trainer.close();
    await this.network.close();
  }

  /** Evaluation mode, for validation between steps. @throws ERR_WSOL_NON_FINITE_LOSS for outputs that are not finite */
  async infer(batch: ImageBatch, scoreMap: ScoreMapOptions | null): Promise<InferResult> {
    const result = await this.trainer.infer(batch, scoreMap);
    if (result.entropy.every(Number.isFinite)) return result;
    throw new WsolError("ERR_WSOL_NON_FINITE_LOSS", "expected finite outputs of the network on 'val', got others");
  }

  /**
   * Copies of the weights and the momentum after `step` steps.
   * @throws ERR_WSOL_NON_FINITE_LOSS naming what the steps made NaN or infinite: a finite gradient can do so too
   */
  async snapshot(step: number): Promise<Snapshot> {
    const [weights, momentum] = await Promise.all([this.trainer.exportTensors(), this.trainer.exportMomentum()]);
    const tensor = firstNonFinite(weights) ?? firstNonFinite(momentum);
    if (tensor === null) return { weights, momentum };
    const message = `expected finite weights after step ${step}, got NaN or infinite ones in '${tensor}'`;
    throw new WsolError("ERR_WSOL_NON_FINITE_LOSS", message, { details: { step, tensor } });
  }

  /** Writes `last`, `best` if this is the best epoch, and the state file. Each file is complete or as it was. */
  async save(
    folder: RunFolder,
    snapshot: Snapshot,
    position: Position,
    { stepsPerEpoch, isBest }: SaveOptions,
  ): Promise<void> {
    const { config, numClasses, classes, data } = this.#setup;
    const info: WeightsInfo = {
      config,
      numClasses,
      classes,
      epoch: position.epoch + position.stepInEpoch / stepsPerEpoch,
      valThreshold: position.valThreshold,
    };
    await writeWeights(folder.file("last"), snapshot.weights, info);
    if (isBest) await writeWeights(folder.file("best"), snapshot.weights, info);
    // Last, so that a run killed in between does this epoch again and writes all three alike.
    await writeState(folder.file("state"), { ...snapshot, position, data }, info);
  }

  /** Puts weights and momentum back. @throws ERR_WSOL_CHECKPOINT if they are of another network, or not finite */
  async restore({ weights, momentum }: TrainingState, path: string): Promise<void> {
    const { config, numClasses } = this.#setup;
    const network = {
      table: await this.trainer.tensorTable(),
      description: describeNetwork(config.model, numClasses),
    };
    await this.trainer.importTensors(matchTensors(weights, network, path));
    await this.trainer.importMomentum(momentum);
  }
}

export interface SaveOptions {
  readonly stepsPerEpoch: number;
  readonly isBest: boolean;
}

export interface TrainingSetup {
  readonly config: Config;
  readonly numClasses: number;
  readonly classes: readonly string[] | null;
  /** Of the data that is trained on. */
  readonly data: DatasetFingerprint;
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
