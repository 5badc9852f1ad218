import { Dataset, type EpochEvent, type FitEvent, type FitResult, type Run, fit as train } from "../../lib/index";

export async function aRunIsIteratedAndAwaited(signal: AbortSignal): Promise<string> {
  const data = await Dataset.open("data/cub");
  const run: Run<FitEvent, FitResult> = train(
    data,
    { out: "runs/entropy", model: { backbone: "preresnet18" }, loss: { regularizer: "entropy", lambda: 1e-4 } },
    { signal, resume: true, onStep: ({ step, stepsPerEpoch }) => console.error(step / stepsPerEpoch) },
  );
  for await (const event of run) {
    // @ts-expect-error TS2339 only an epoch has a loss
    event.loss;
    if (event.type === "epoch") console.log(event.epoch, event.loss, event.meanEntropy, event.val?.gtKnownLoc ?? "-");
    if (event.type === "start") console.log(event.stepsPerEpoch, event.device);
    // @ts-expect-error TS2367 no such event
    if (event.type === "step") return "";
  }
  const { last, best, finalEpoch } = await run;
  const loss: number | undefined = finalEpoch?.loss;
  // @ts-expect-error TS18047 without a val split there is no best
  console.log(best.epoch, loss);
  return last.path;
}

export function theFolderOfADataSetDoes(): Promise<FitResult | null> {
  const run = train("data/cub", { out: "runs/baseline" });
  return run.then((result) => result).catch(() => null);
}

export function aRunHasNoResultBeforeItIsAwaited(run: Run<FitEvent, FitResult>): void {
  // @ts-expect-error TS2339 await it
  run.last;
  // @ts-expect-error TS2488 the stream is asynchronous
  for (const event of run) console.log(event);
}

export function wrongConfigurations(event: EpochEvent): void {
  // @ts-expect-error TS2345 the run folder is needed
  train("data", { loss: { lambda: 0.1 } });
  // @ts-expect-error TS2820 no such backbone
  train("data", { out: "a", model: { backbone: "resnet81" } });
  // @ts-expect-error TS2561 no such key
  train("data", { out: "a", loss: { lamda: 0.1 } });
  // @ts-expect-error TS2353 a key of a section
  train("data", { out: "a", backbone: "resnet18" });
  // @ts-expect-error TS2322 a number
  train("data", { out: "a", loss: { lambda: "0.1" } });
  // @ts-expect-error TS2322 1 or 2
  train("data", { out: "a", model: { lastStride: 3 } });
  // @ts-expect-error TS2322 no such regularizer
  train("data", { out: "a", loss: { regularizer: "kl" } });
  // @ts-expect-error TS2561 no such option
  train("data", { out: "a" }, { resumed: true });
  // @ts-expect-error TS2345 a data set or its folder
  train(3, { out: "a" });
  // @ts-expect-error TS2540 events are records
  event.loss = 0;
}
