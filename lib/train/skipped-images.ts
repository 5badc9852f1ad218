import type { SkippedImage } from "../data/images/labelled-batch";
import { warnOfSkipped } from "../data/images/warn-of-skipped";
import type { Split } from "../data/split";
import type { SkippedEvent } from "../runs/events";

/** Told of the images of a split that a batch lacks. */
export type ReportSkipped = (split: Split, skipped: readonly SkippedImage[]) => Promise<void>;

/** Who is told of an image that is left out. */
interface Told {
  /** What earlier sessions of the run have told. */
  readonly before: readonly SkippedEvent[];
  readonly log: (event: SkippedEvent) => Promise<void>;
  readonly emit: (event: SkippedEvent) => void;
  readonly warn: (message: string) => void;
}

/** Tells of each image that a run leaves out once, however many epochs and sessions leave it out. */
export function reportSkipped({ before, log, emit, warn }: Told): ReportSkipped {
  const keyOf = (split: string, image: string) => `${split}/${image}`;
  const told = new Set(before.map(({ split, image }) => keyOf(split, image)));
  const warnOf = warnOfSkipped(warn, "metrics.jsonl");
  return async (split, skipped) => {
    for (const { index, error } of skipped) {
      const image = split.ids[index]!;
      const key = keyOf(split.name, image);
      if (told.has(key)) continue;
      told.add(key);
      const event: SkippedEvent = {
        type: "skipped",
        split: split.name,
        image,
        code: error.code,
        message: error.message,
      };
      await log(event);
      emit(event);
      warnOf(split.name, error);
    }
  };
}
