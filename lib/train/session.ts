import { firstNonFinite } from "../checkpoint/finite";
import type { ObtainOptions } from "../checkpoint/obtain-weights";
import { matchTensors, type WeightsInfo, writeWeights } from "../checkpoint/weights";
import type { Config } from "../config/schema";
import type { DatasetFingerprint } from "../data/fingerprint";
import { checkBackend } from "../distributed/check-backend";
import type { Processes } from "../distributed/processes";
import { WsolError } from "../errors";
import { chooseDevice, describeNetwork, openNetwork } from "../models/network";
import { loadTorchAddon } from "../native/load-torch";
import type { ImageBatch, InferResult, NativeNetwork, NativeTrainer, ScoreMapOptions } from "../native/torch-addon";
import type { InitialWeights } from "../runs/events";
import type { RunFolder } from "../runs/run-folder";
import { loadInitialWeights } from "./initial-weights";
import type { Position } from "./position";
import { type Snapshot, type TrainingState, writeState } from "./state";

/** A network in training, and its way to and from disk. */
export class TrainingSession {
  readonly network: NativeNetwork;
  readonly trainer: NativeTrainer;
  /** What the network started from; null for random weights, or those that are restored. */
  readonly initialWeights: InitialWeights | null;
  readonly #setup: TrainingSetup;

  private constructor(
    network: NativeNetwork,
    trainer: NativeTrainer,
    initialWeights: InitialWeights | null,
    setup: TrainingSetup,
  ) {
    this.network = network;
    this.trainer = trainer;
    this.initialWeights = initialWeights;
    this.#setup = setup;
  }

  /** A fresh network, which starts from `model.weights` if it is not to be restored. */
  static async open(setup: TrainingSetup, obtaining: ObtainOptions = {}): Promise<TrainingSession> {
    const { numClasses, isRestored, processes } = setup;
    const { threads, device } = setup.config;
    const config = { ...setup.config, threads: processes.threadsOf(threads), device: processes.deviceOf(device) };
    checkBackend(config.distributed, { device: chooseDevice(config.device), processes });
    const network = await openNetwork(config, numClasses);
    try {
      // The others have them from the first.
      const isInitial = config.model.weights !== null && !isRestored && processes.isFirst;
      const initialWeights = isInitial ? await loadInitialWeights(network, config, numClasses, obtaining) : null;
      const { loss, method, optim, data, seed, model, distributed } = config;
      const classifierLrMultiplier =
        optim.classifierLrMultiplier ?? (model.weights === null ? 1 : PRETRAINED_MULTIPLIER);
      const trainer = new (loadTorchAddon().Trainer)(network, {
        loss,
        method,
        optim: { ...optim, classifierLrMultiplier },
        data,
        seed,
        processes: processes.native,
        distributed,
      });
      return new TrainingSession(network, trainer, initialWeights, setup);
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  /** `cpu` or `cuda:N`, after `auto` was resolved. */
  get device(): string {
    const { config, processes } = this.#setup;
    return chooseDevice(processes.deviceOf(config.device));
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
  /** Whether {@link TrainingSession.restore} follows. */
  readonly isRestored: boolean;
  readonly processes: Processes;
}

// The layers that start from nothing learn faster than those that are fine-tuned.
const PRETRAINED_MULTIPLIER = 10;
