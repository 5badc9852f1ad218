import type { StepResult } from "../native/torch-addon";
import type { TrainingContext } from "./context";
import type { FitOptions } from "./options";
import { addStep } from "./position";

/** Counts what becomes of steps in the run's position: a result may come with the step after its own. */
export class StepResults {
  /** Of steps without a result yet. */
  readonly #images = new Map<number, number>();

  constructor(
    private readonly context: TrainingContext,
    private readonly onStep: FitOptions["onStep"],
  ) {}

  /** Before the step of so many images. */
  expect(step: number, images: number): void {
    this.#images.set(step, images);
  }

  count(result: StepResult | null): void {
    if (result === null) return;
    const { config, position, stepsPerEpoch } = this.context;
    const images = this.#images.get(result.step) as number;
    this.#images.delete(result.step);
    position.stepInEpoch = result.step + 1 - position.epoch * stepsPerEpoch;
    addStep(position.totals, result, images);
    this.onStep?.({
      epoch: position.epoch + 1,
      epochs: config.optim.epochs,
      step: position.stepInEpoch,
      stepsPerEpoch,
      images,
      loss: result.loss,
    });
  }

  /** Waits for what is missing. @throws ERR_WSOL_NON_FINITE_LOSS, with the weights as before that step */
  async finish(): Promise<void> {
    this.count(await this.context.session.trainer.finish());
  }
}
