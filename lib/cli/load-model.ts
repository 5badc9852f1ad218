import { readClassNamesFile } from "../data/layout/class-names";
import { WsolError } from "../errors";
import { isFile } from "../files";
import type { LoadOptions, WeightsSource } from "../localize/load-weights";
import { Localizer } from "../localize/localizer";
import type { Checkpoint } from "../runs/run-folder";
import { DownloadBar } from "./download-bar";
import { interruptible } from "./interruption";
import { refuseIdle, settingsOfSections } from "./options";

export interface ModelArguments {
  readonly checkpoint?: Checkpoint;
  readonly device?: string;
}

/** The model that `--run`, `--checkpoint`, `--device` and `--set scoreMap.…` name. */
export async function loadModel(
  run: string,
  { checkpoint, device }: ModelArguments,
  scoreMap: LoadOptions["scoreMap"],
): Promise<Localizer> {
  if (isFile(run)) refuseIdle({ "--checkpoint": checkpoint }, "on a weights file");
  return Localizer.load(run, {
    ...(checkpoint !== undefined && { checkpoint }),
    ...(device !== undefined && { device }),
    ...(scoreMap !== undefined && { scoreMap }),
  });
}

/** How weights that are in no run folder are named. */
export interface WeightsArguments extends ModelArguments {
  readonly run?: string;
  readonly weights?: string;
  readonly backbone?: string;
  /** A file with a name per line. */
  readonly classes?: string;
  readonly set?: readonly string[];
}

/** The model of `--run`, or of `--weights` with what they need. @throws ERR_WSOL_USAGE */
export async function loadModelOrWeights(args: WeightsArguments): Promise<Localizer> {
  const { run, weights, backbone, classes, checkpoint, device, set = [] } = args;
  if ((run === undefined) === (weights === undefined)) {
    throw new WsolError("ERR_WSOL_USAGE", "expected either '--run' or '--weights'");
  }
  if (run !== undefined) {
    refuseIdle({ "--backbone": backbone, "--classes": classes }, "with '--run'");
    return loadModel(run, args, settingsOfSections(set, ["scoreMap"]).scoreMap);
  }
  refuseIdle({ "--checkpoint": checkpoint }, "with '--weights'");
  const { scoreMap, model = {}, data = {} } = settingsOfSections(set, ["scoreMap", "model", "data"]);
  const source = {
    ...{ ...model, ...data, weights: weights! },
    ...(backbone !== undefined && { backbone: backbone as NonNullable<WeightsSource["backbone"]> }),
    ...(classes !== undefined && { classes: await readClassNamesFile(classes) }),
  };
  const bar = new DownloadBar();
  try {
    return await interruptible("stopping the download", (signal) =>
      Localizer.load(source as WeightsSource, {
        signal,
        onDownload: (done, total) => bar.update(done, total),
        ...(device !== undefined && { device }),
        ...(scoreMap !== undefined && { scoreMap }),
      }),
    );
  } finally {
    bar.stop();
  }
}
