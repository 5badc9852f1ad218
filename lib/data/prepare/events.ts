import type { SplitName } from "../split";
import type { FormatSettings, PublishedCounts, SourceProblem } from "./source-format";

export interface PrepareOptions extends FormatSettings {
  /** Copy the images of a folder; by default they are linked to. Those of archives are always unpacked. @default false */
  readonly copy?: boolean;
  /** Take this many images of each class out of `train` as a `val` split. @default none */
  readonly val?: number;
  /** Which ones `val` takes. @default 0 */
  readonly seed?: number;
  /** Stop at the first image that is missing or damaged, or at a count that is not the published one. @default false */
  readonly strict?: boolean;
  /** Replace what the folder holds of an earlier preparation. @default false */
  readonly force?: boolean;
  /**
   * Download into the source's folder what its publishers offer and what is not there: `cub`, `oxford-pet`, `oxford-flowers` and
   * `voc2012` only. @default false
   */
  readonly download?: boolean;
  /** Where to download from instead: {@link DownloadSourceOptions.mirror}. */
  readonly mirror?: string;
  /** Follow links that lead out of the source's folder. @default false: refuse them */
  readonly followLinks?: boolean;
  /** What is there already stays, and the same call goes on from it. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** @default Node's `warning` event, which it prints */
  readonly onWarning?: (message: string) => void;
}

export interface PrepareProgress {
  /**
   * Downloading: bytes of one file. Listing: bytes of archives looked through, or files of a folder where the total is null.
   * Images: placed, each with its masks.
   */
  readonly stage: "downloading" | "listing" | "images";
  /** The one that is downloaded. */
  readonly file?: string;
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
}

/** The set was read: what is going to be prepared. */
export interface PrepareStartEvent {
  readonly type: "start";
  readonly format: string;
  readonly out: string;
  /** Whether an interrupted preparation goes on. */
  readonly resumed: boolean;
  readonly classes: number;
  readonly splits: Readonly<Partial<Record<SplitName, number>>>;
}

/** An image is missing, damaged, or without a box or mask that it should have: the prepared set is without it. */
export interface PrepareProblemEvent extends SourceProblem {
  readonly type: "problem";
}

/** An image is there, but not quite as the source said: stored as PNG, for instance. */
export interface PrepareNoteEvent {
  readonly type: "note";
  readonly note: string;
}

export interface PrepareEndEvent {
  readonly type: "end";
  readonly result: PrepareResult;
}

export type PrepareEvent = PrepareStartEvent | PrepareProblemEvent | PrepareNoteEvent | PrepareEndEvent;

export interface PrepareResult {
  readonly format: string;
  readonly out: string;
  /** `unchanged`: the finished set of the same source was there already. */
  readonly status: "prepared" | "unchanged";
  readonly classes: number;
  /** Images of each split. */
  readonly splits: Readonly<Partial<Record<SplitName, number>>>;
  /** The numbers that the publishers give; null where there are none. */
  readonly published: PublishedCounts | null;
  /** In words, where the source's numbers are not the published ones. */
  readonly differences: readonly string[];
  readonly problems: readonly SourceProblem[];
  readonly notes: readonly string[];
}
