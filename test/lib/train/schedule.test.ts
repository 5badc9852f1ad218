import { learningRateAt, type ScheduleOptions } from "../../../lib/train/schedule";

const base: ScheduleOptions = { lr: 0.01, schedule: "constant", decayEvery: 15, decayFactor: 0.1, epochs: 50 };

function rates(options: Partial<ScheduleOptions>, stepsPerEpoch: number): number[] {
  const all = { ...base, ...options };
  return Array.from({ length: all.epochs * stepsPerEpoch }, (_, step) => learningRateAt(step, stepsPerEpoch, all));
}

function expectRates(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [step, rate] of expected.entries()) expect(Math.abs(actual[step]! - rate)).toBeLessThan(1e-14);
}

// The literal numbers are those of torch.optim.lr_scheduler in PyTorch 2.13, in float64.
describe("learningRateAt", () => {
  test("onecycle is PyTorch's OneCycleLR with its defaults", () => {
    const tenSteps = [
      0.002, 0.026, 0.05, 0.0475242316006737, 0.0405872826974882, 0.0305631010968145, 0.0194370989031855,
      0.00941291730251185, 0.00247596839932631, 2e-7,
    ];
    expectRates(rates({ schedule: "onecycle", lr: 0.05, epochs: 10 }, 1), tenSteps);
    expectRates(rates({ schedule: "onecycle", lr: 0.05, epochs: 2 }, 5), tenSteps);
    expectRates(
      rates({ schedule: "onecycle", lr: 0.1, epochs: 4 }, 1),
      [0.004, 0.0811745653949763, 0.0283060998208699, 4e-7],
    );
  });

  test("onecycle is a positive finite rate for any number of steps, down to one", () => {
    for (let steps = 1; steps <= 12; steps++) {
      const all = rates({ schedule: "onecycle", epochs: 1 }, steps);
      expect(all.every((rate) => rate > 0 && rate <= 0.01)).toBe(true);
    }
  });

  test("step is PyTorch's StepLR, by epochs", () => {
    const perEpoch = [0.01, 0.01, 0.01, 0.001, 0.001, 0.001, 0.0001];
    expectRates(rates({ schedule: "step", decayEvery: 3, epochs: 7 }, 1), perEpoch);
    const twice = perEpoch.flatMap((rate) => [rate, rate]);
    expectRates(rates({ schedule: "step", decayEvery: 3, epochs: 7 }, 2), twice);
  });

  test("step decays by decayFactor", () => {
    expectRates(rates({ schedule: "step", decayEvery: 1, decayFactor: 0.5, epochs: 3 }, 1), [0.01, 0.005, 0.0025]);
  });

  test("cosine is PyTorch's CosineAnnealingLR over all steps", () => {
    const sixSteps = [0.1, 0.09330127018922195, 0.075, 0.05, 0.025, 0.006698729810778065];
    expectRates(rates({ schedule: "cosine", lr: 0.1, epochs: 6 }, 1), sixSteps);
    expectRates(rates({ schedule: "cosine", lr: 0.1, epochs: 2 }, 3), sixSteps);
  });

  test("constant stays", () => {
    expectRates(rates({ epochs: 2 }, 2), [0.01, 0.01, 0.01, 0.01]);
  });
});
