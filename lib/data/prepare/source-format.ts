import type { LayoutImage } from "../layout/layout-writer";
import type { Box, ImageSize, SplitName } from "../split";
import type { Source, UnpackedFiles } from "./source/source";

/** Settings that single formats take; a row's `takes` names its own. */
export interface FormatSettings {
  /** `folder`: percent of each class's images for train, val and test, where folders name no splits. */
  readonly split?: readonly [train: number, val: number, test: number];
  /** `folder`: a regular expression; images whose names match with the same (first group's) text stay in one split. */
  readonly group?: string;
  /** `folder`: a CSV or COCO JSON file of boxes. @default the VOC annotations beside the images, if any */
  readonly boxes?: string;
  /** `folder`: a folder of PNGs named like the images. */
  readonly masks?: string;
  /** `folder`: whether VOC annotations beside the images count pixels from 0. @default false: from 1 */
  readonly xmlZeroBased?: boolean;
}

export type FormatSetting = keyof FormatSettings;

/** How one published data set is laid out: a row of the table in `formats.ts`. */
export interface SourceFormat {
  /** As the command line takes it. */
  readonly name: string;
  /** What it is, for the help and for messages: `CUB-200-2011`. */
  readonly title: string;
  /** What a source has to hold. Archives that lie in a source's folder are opened where one of these is not there unpacked. */
  readonly parts: readonly SourcePart[];
  /** Entries that `read` looks into; of a compressed tar only these are kept, all in memory, so no images. */
  readonly looksInto: (path: string) => boolean;
  /**
   * Where an archive's content appears: as though it were unpacked into this folder (`""`: the source's own); null: it is not
   * opened. Asked for every archive in a source's folder, and for every tar inside of an archive.
   * @default beside the archive itself; tars inside of archives are not opened
   */
  readonly mount?: (archive: string) => string | null;
  /** The published numbers; null where there are none. */
  readonly published: PublishedCounts | null;
  /** The settings that this format takes. @default none */
  readonly takes?: readonly FormatSetting[];
  /** Looks at the settings before anything is read. @throws ERR_WSOL_ARGUMENT */
  readonly checkSettings?: (settings: FormatSettings) => void;
  /**
   * What else the set is made of: a digest of the files that settings name, and of those in the source that are told apart by more
   * than path and size. @throws ERR_WSOL_DATA
   */
  readonly identityOf?: (files: UnpackedFiles, settings: FormatSettings, signal?: AbortSignal) => Promise<string>;
  /**
   * Reads everything but images and masks. Problems of single images go to `context.problem`.
   * @throws ERR_WSOL_DATA naming file and line, for what is wrong with the source as a whole
   */
  read(source: Source, context: ReadContext): Promise<SourceSet>;
}

export interface SourcePart {
  /** As messages call it: `images.txt`. */
  readonly what: string;
  /** Matches the whole path of at least one entry. */
  readonly pattern: RegExp;
}

export interface PublishedCounts {
  readonly classes: number;
  readonly splits: Readonly<Partial<Record<SplitName, number>>>;
}

export interface ReadContext {
  readonly settings: FormatSettings;
  /** For what is drawn. */
  readonly seed: number;
  /** Names what is wrong with one image; the others go on, unless `strict` is set: then it throws. */
  readonly problem: (problem: SourceProblem) => void;
  /** Says what was taken otherwise than the source has it; the image stays. */
  readonly note: (note: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What is wrong with one image of the source, or with one of its files: the prepared set is without that image. */
export interface SourceProblem {
  readonly split: SplitName | null;
  /** The image's id in the prepared set. */
  readonly image: string;
  /** As in `is not there`: completes the image's name, or `entry`'s where that is another file. */
  readonly problem: string;
  /** The file that it is about, where that is not the image. */
  readonly entry?: string;
}

/** A source, read: everything but the bytes of images and masks. */
export interface SourceSet {
  /** In label order. */
  readonly classes: readonly string[];
  /** In an order that is a function of the source alone. */
  readonly splits: Readonly<Partial<Record<SplitName, readonly SourceImage[]>>>;
  /** What is to be noted once the boxes of all images were asked for. */
  readonly closing?: () => readonly string[];
}

export interface SourceImage {
  /** Path below `images/` of the prepared set, no two the same. */
  readonly id: string;
  /** Path in the source; need not be there: that is found out and reported. */
  readonly entry: string;
  /** 0-based, at least one. */
  readonly labels: readonly number[];
  /**
   * Boxes, 0-based and inclusive; a function where they depend on the stored size. In a split where some images have boxes, an
   * image without is reported and left out of `val` and `test`; `train` then goes without boxes. Masks likewise.
   */
  readonly boxes?: SourceBoxes | ((size: ImageSize) => SourceBoxes);
  readonly masks?: SourceMasks;
  /** Images of the same group stay in the same split when `val` takes some out of `train`. @default its own */
  readonly group?: string;
}

export type SourceBoxes = readonly { readonly box: Box; readonly label?: number }[];

export interface SourceMasks {
  /** What the metadata says, paths below `masks/` of the prepared set. */
  readonly masks: LayoutImage["masks"];
  readonly ignore: LayoutImage["ignore"];
  /** Where the files come from. */
  readonly files: readonly MaskFile[];
}

/** What mask files are made of: an entry of the source, or a file of its own. */
export type MaskFile = MaskEntry | OwnMaskFile;

interface MaskOrigin {
  /** Path in the source; of a file of its own, what messages call it. */
  readonly entry: string;
  /** Paths below `masks/` that come of it: one where it is taken as it is, any number where they are made. */
  readonly paths: readonly string[];
}

export interface MaskEntry extends MaskOrigin {
  readonly file?: never;
  /**
   * The bytes of a PNG for each of `paths`, in their order; absent: the entry is a PNG and taken as it is. Without the image's size,
   * since an archive may have the mask first.
   * @throws FormatProblem when the entry is not what it should be
   */
  readonly make?: (bytes: Uint8Array) => Promise<readonly Uint8Array[]>;
}

export interface OwnMaskFile extends MaskOrigin {
  /** The file itself, which is none of the source's. */
  readonly file: string;
  /** As for an entry. @param size The image's, as stored. */
  readonly make?: (bytes: Uint8Array, size: ImageSize) => Promise<readonly Uint8Array[]>;
}
