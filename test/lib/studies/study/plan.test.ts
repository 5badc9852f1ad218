import { DEFAULTS } from "../../../../lib/config/defaults";
import { resolveConfig } from "../../../../lib/config/resolve";
import { differingKey, planRuns, studyArm } from "../../../../lib/studies/study/plan";

const arm = (regularizer: string, lambda: number) =>
  studyArm([
    ["loss.regularizer", regularizer],
    ["loss.lambda", lambda],
  ]);

test("each arm has a run for each seed, all arms of a seed before the next", () => {
  const arms = [arm("entropy", 0), arm("entropy", 0.1)];
  const runs = planRuns({ arms, seeds: [3, 5], config: {} });
  expect(runs.map(({ name, seed }) => [name, seed])).toEqual([
    ["loss.regularizer=entropy_loss.lambda=0_seed=3", 3],
    ["loss.regularizer=entropy_loss.lambda=0.1_seed=3", 3],
    ["loss.regularizer=entropy_loss.lambda=0_seed=5", 5],
    ["loss.regularizer=entropy_loss.lambda=0.1_seed=5", 5],
  ]);
  expect(runs[3]!.config).toEqual(resolveConfig({ seed: 5, loss: { lambda: 0.1 } }));
});

test("arms without weight on their term share one run, whichever term it is", () => {
  const arms = [arm("entropy", 0), arm("jeffreys", 0), arm("none", 0.3), arm("jeffreys", 0.3)];
  const runs = planRuns({ arms, seeds: [0], config: {} });
  expect(runs.map((run) => run.arms)).toEqual([
    arms.slice(0, 3).map(({ name }) => name),
    ["loss.regularizer=jeffreys_loss.lambda=0.3"],
  ]);
  expect(runs[0]!.name).toBe("loss.regularizer=entropy_loss.lambda=0_seed=0");
});

test("a shared run that is there under another of its arms' names keeps it", () => {
  const arms = [arm("entropy", 0), arm("jeffreys", 0)];
  const there = "loss.regularizer=jeffreys_loss.lambda=0_seed=0";
  expect(planRuns({ arms, seeds: [0], config: {} }, (name) => name === there)[0]!.name).toBe(there);
});

test("strings that look like numbers stay strings", () => {
  const [run] = planRuns({ arms: [studyArm([["model.weights", "1e3"]])], seeds: [0], config: {} });
  expect(run!.config.model.weights).toBe("1e3");
});

test("configurations differ in the first key that changes a run, not in where or how fast it goes", () => {
  expect(differingKey(DEFAULTS, { ...DEFAULTS, device: "cpu", threads: 3 })).toBeNull();
  expect(differingKey(DEFAULTS, resolveConfig({ loss: { regularizer: "jeffreys" } }))).toBeNull();
  expect(differingKey(DEFAULTS, resolveConfig({ optim: { lr: 0.5 } }))).toEqual({
    ...{ key: "optim.lr", before: "0.01", now: "0.5" },
  });
});
