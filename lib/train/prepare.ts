import { Dataset } from "../data/dataset";
import { type DatasetFingerprint, datasetFingerprint, describeDifference } from "../data/fingerprint";
import type { ImageLoader } from "../data/images/loader";
import { loaderFor } from "../data/images/loader-for";
import type { Processes } from "../distributed/processes";
import { WsolError } from "../errors";
import { TrueMasks } from "../evaluate/evaluator/true-masks";
import { warn } from "../options";
import { RunFolder } from "../runs/run-folder";
import { type BegunRun, beginRun, type HeldRun, isComplete, wantedRun } from "./begin-run";
import type { CompleteRun, TrainingContext } from "./context";
import { describeEnvironment } from "./environment";
import type { FitConfig, FitOptions } from "./options";
import { TrainingSession } from "./session";
import { trainingPlan } from "./training-plan";

/** Opens the data, the run folder and the network. Nothing stays open or locked if any of them fails. */
export async function prepare(
  data: Dataset | string,
  fitConfig: FitConfig,
  options: FitOptions,
  { processes, shared }: { readonly processes: Processes; readonly shared: ImageLoader | undefined },
): Promise<TrainingContext | CompleteRun> {
  const startedAt = performance.now();
  options.signal?.throwIfAborted();
  const wanted = wantedRun(fitConfig, options);
  let held: HeldRun | null = null;
  try {
    const [dataset] = await here(processes, async () => (typeof data === "string" ? await Dataset.open(data) : data));
    const begun = await processes.ofFirst(async () => {
      held = await beginRun(dataset, wanted, options, processes.worldSize);
      return held.begun;
    });
    const folder = (held as HeldRun | null)?.folder ?? RunFolder.heldElsewhere(wanted.out);
    const { config, position } = begun;
    const [plan] = await here(processes, async () => {
      if (!processes.isFirst) checkAlike(dataset, begun.fingerprint);
      return trainingPlan(config, dataset, processes.worldSize);
    });
    if (isComplete(begun)) {
      folder.release();
      return { isComplete: true, folder, position, stepsPerEpoch: plan.stepsPerEpoch, startedAt };
    }
    const workers = config.data.workers ?? (processes.threadsOf(0) || null);
    const loader = shared ?? loaderFor({ ...config.data, workers }, { onWarning: options.onWarning ?? warn });
    const session = await openSession(begun, dataset, held, { options, processes, numClasses: plan.numClasses });
    try {
      await processes.ofFirst(async () => {
        if (!options.resume) await folder.clear();
        await folder.writeJson("config", config);
        await folder.writeJson("environment", await describeEnvironment(config, dataset, processes));
      });
      return {
        ...{ config, ...plan, loader, session, folder, position, startedAt, processes },
        train: dataset.split("train"),
        val: dataset.has("val") ? dataset.split("val") : null,
        trueMasks: new TrueMasks(),
      };
    } catch (error) {
      await session.close();
      throw error;
    }
  } catch (error) {
    (held as HeldRun | null)?.folder.release();
    throw error;
  }
}

/** What this process makes of a work that all do, of which nothing can be sent: a tuple, to be taken apart. */
async function here<Value>(processes: Processes, work: () => Promise<Value>): Promise<[Value]> {
  const own: Value[] = [];
  await processes.together(async () => {
    own.push(await work());
  });
  return own as [Value];
}

/** With the first process's weights, momentum and running statistics. */
async function openSession(
  begun: BegunRun,
  { classes }: Dataset,
  held: HeldRun | null,
  { options, processes, numClasses }: { options: FitOptions; processes: Processes; numClasses: number },
): Promise<TrainingSession> {
  const { config, fingerprint, isRestored } = begun;
  const { signal, onDownload, onWarning = warn } = options;
  const opened: TrainingSession[] = [];
  try {
    const [session] = await here(processes, async () => {
      const own = await TrainingSession.open(
        { config, numClasses, classes, data: fingerprint, isRestored, processes },
        { onWarning, ...(signal && { signal }), ...(onDownload && { onDownload }) },
      );
      opened.push(own);
      // Where the trainer cannot be made all learn it now, and not by waiting for this process.
      await own.trainer.finish();
      if (held?.state) await own.restore(held.state, held.folder.file("state"));
      return own;
    });
    await session.trainer.shareState(true);
    return session;
  } catch (error) {
    for (const session of opened) await session.close();
    throw error;
  }
}

/** All processes train on the same data, each on a copy of its own perhaps. */
function checkAlike(dataset: Dataset, first: DatasetFingerprint): void {
  const difference = describeDifference(datasetFingerprint(dataset, ["train", "val"]), first);
  if (difference === null) return;
  const message = `'${dataset.root}' is not the data set that the first process has: ${difference}`;
  throw new WsolError("ERR_WSOL_DATA", message, { details: { root: dataset.root } });
}
