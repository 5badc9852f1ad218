import { readRunRecords } from "../../runs/records";
import { resampledFigures } from "../resampled-figures";
import type { StudyResult } from "./result";
import type { StudyFolder } from "./study-folder";
import { differencesFrom, isIndistinguishable, type ResampledArm, type ResampledRun } from "./sureness";

/** Draws of the images, and of the seeds. */
const RESAMPLES = 1000;
const SEED = 0;

/** Adds to each sweet spot how the other arms differ from it, from the records of the single images. */
export async function howSure(
  result: StudyResult,
  { folder, signal }: { readonly folder: Pick<StudyFolder, "run">; readonly signal: AbortSignal },
): Promise<StudyResult> {
  const concerned = new Set(result.sweetSpots.filter(({ arm }) => arm !== null).flatMap(({ arms }) => arms));
  const finished = result.arms
    .filter(({ name }) => concerned.has(name))
    .flatMap(({ runs }) => runs.filter(({ status }) => status === "finished"));
  const names = [...new Set(finished.map(({ name }) => name))];
  if (names.length === 0) return result;
  const records = await Promise.all(names.map((name) => readRunRecords(folder.run(name))));
  const figures = await resampledFigures(records, { resamples: RESAMPLES, seed: SEED, signal });
  const resampledOf = new Map(names.map((name, index) => [name, figures[index]!]));
  const armOf = (name: string): ResampledArm => ({
    name,
    runs: result.arms
      .find((arm) => arm.name === name)!
      .runs.flatMap((run): ResampledRun[] => {
        const found = resampledOf.get(run.name);
        return found === undefined ? [] : [found];
      }),
  });
  const sweetSpots = result.sweetSpots.map((spot) => {
    if (spot.arm === null) return spot;
    const others = spot.arms.filter((name) => name !== spot.arm);
    const differences = differencesFrom(armOf(spot.arm), others.map(armOf));
    const indistinguishable = differences.filter(isIndistinguishable).map(({ arm }) => arm);
    return { ...spot, differences, indistinguishable };
  });
  return { ...result, sweetSpots };
}
