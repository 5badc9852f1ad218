import { isFile } from "../files";
import { type LoadOptions, Localizer } from "../localize/localizer";
import type { Checkpoint } from "../runs/run-folder";
import { refuseIdle } from "./options";

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
