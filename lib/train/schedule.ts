import type { Config } from "../config/schema";

export type ScheduleOptions = Pick<Config["optim"], "lr" | "schedule" | "decayEvery" | "decayFactor" | "epochs">;

/**
 * The learning rate of one step, a pure function of where the run is.
 * @param step counts from 0 over the whole run; `stepsPerEpoch` is the same in every epoch.
 */
export function learningRateAt(step: number, stepsPerEpoch: number, options: ScheduleOptions): number {
  return SCHEDULES[options.schedule]({ step, stepsPerEpoch, totalSteps: stepsPerEpoch * options.epochs, options });
}

interface SchedulePoint {
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly options: ScheduleOptions;
}

const SCHEDULES: Record<ScheduleOptions["schedule"], (position: SchedulePoint) => number> = {
  constant: ({ options }) => options.lr,
  step: ({ step, stepsPerEpoch, options }) =>
    options.lr * options.decayFactor ** Math.floor(Math.floor(step / stepsPerEpoch) / options.decayEvery),
  cosine: ({ step, totalSteps, options }) => (options.lr / 2) * (1 + Math.cos((Math.PI * step) / totalSteps)),
  onecycle: oneCycle,
};

// Smith & Topin, "Super-convergence", with PyTorch's OneCycleLR defaults (momentum is not cycled): 30 % cosine warm-up
// from lr / 25, then cosine down to that / 10,000.
const WARMUP_FRACTION = 0.3;
const START_DIVISOR = 25;
const END_DIVISOR = 1e4;

function oneCycle({ step, totalSteps, options: { lr } }: SchedulePoint): number {
  const start = lr / START_DIVISOR;
  const warmupEnd = WARMUP_FRACTION * totalSteps - 1;
  if (step <= warmupEnd) return cosineBetween(start, lr, warmupEnd > 0 ? step / warmupEnd : 1);
  return cosineBetween(lr, start / END_DIVISOR, Math.min(1, (step - warmupEnd) / (totalSteps - 1 - warmupEnd)));
}

function cosineBetween(from: number, to: number, fraction: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * fraction));
}
