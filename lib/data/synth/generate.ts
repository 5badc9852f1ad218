import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { invalidArgument, WsolError } from "../../errors";
import { cannotWrite, writeFileAtomically } from "../../files";
import { type LayoutImage, PARTIAL_METADATA, publishMetadata, writeSplitMetadata } from "../layout/layout-writer";
import { prefetch } from "../prefetch";
import { Random } from "../random";
import { SPLIT_NAMES, type SplitName } from "../split";
import { badgeOf, MAX_BADGES } from "./badges";
import { renderImage } from "./render";
import { writeImage } from "./write-image";

export interface SynthOptions {
  /** @default 8 */
  readonly classes?: number;
  /** Images of each split; 0 leaves it out, but for train. @default 800, 160, 240 */
  readonly train?: number;
  readonly val?: number;
  readonly test?: number;
  /** Side of the images in pixels. @default 112 */
  readonly size?: number;
  /** Same options and seed, same bytes. @default 0 */
  readonly seed?: number;
  /** Replace what the folder holds of an earlier data set. @default false */
  readonly force?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export const SYNTH_DEFAULTS = { classes: 8, train: 800, val: 160, test: 240, size: 112, seed: 0 } as const;

const LIMITS = {
  classes: [2, MAX_BADGES],
  train: [1, 1_000_000],
  val: [0, 1_000_000],
  test: [0, 1_000_000],
  size: [32, 2048],
  seed: [0, 2 ** 32 - 1],
} as const;

type Sizes = { readonly [key in keyof typeof SYNTH_DEFAULTS]: number };

/** The folders that a data set consists of, and the note that tells a generated one; nothing else is ever removed. */
const OWN_FOLDERS = ["metadata", PARTIAL_METADATA, "images", "masks"];
const NOTE = "synth.json";

/** Encoding and writing go on while the next images are drawn. */
const AHEAD = 4;

/**
 * Writes a small data set in the wsol layout: fish over sea floors, one per image, told apart by a small badge on the
 * flank only, with exact boxes and masks. `metadata` appears last and at once, so a data set that opens is complete.
 * @throws ERR_WSOL_ARGUMENT for a value out of range; ERR_WSOL_WRITE when the folder is not empty or cannot be written.
 */
export async function generateDataset(out: string, options: SynthOptions = {}): Promise<void> {
  const sizes = checkedSizes(options);
  await claimFolder(out, options.force ?? false);
  try {
    await writeFileAtomically(join(out, NOTE), `${JSON.stringify(sizes, null, 2)}\n`);
    const counts = SPLIT_NAMES.map((name) => [name, sizes[name]] as const).filter(([, count]) => count > 0);
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    let done = 0;
    for (const [split, count] of counts) {
      const records: LayoutImage[] = [];
      const prepare = (index: number) => drawAndWrite(out, split, index, sizes);
      for await (const record of prefetch({ start: 0, end: count }, prepare, {
        ahead: AHEAD,
        signal: options.signal,
      })) {
        records.push(record);
        options.onProgress?.(++done, total);
      }
      await writeSplitMetadata(out, split, records);
    }
    await publishMetadata(
      out,
      Array.from({ length: sizes.classes }, (_, label) => badgeOf(label).name),
    );
  } catch (error) {
    await removeOwn(out).catch(() => undefined);
    throw error;
  }
}

function drawAndWrite(out: string, split: SplitName, index: number, sizes: Sizes): Promise<LayoutImage> {
  const label = index % sizes.classes;
  const drawn = renderImage(sizes.size, label, new Random(sizes.seed, SPLIT_NAMES.indexOf(split), index));
  const stem = `${badgeOf(label).name}/${split}_${String(index).padStart(5, "0")}`;
  return writeImage(out, { ...drawn, stem, label, size: sizes.size });
}

function checkedSizes(options: SynthOptions): Sizes {
  const sizes = { ...SYNTH_DEFAULTS } as { -readonly [key in keyof Sizes]: number };
  for (const key of Object.keys(LIMITS) as (keyof Sizes)[]) {
    const value = options[key] ?? SYNTH_DEFAULTS[key];
    const [low, high] = LIMITS[key];
    if (!(Number.isInteger(value) && value >= low && value <= high)) {
      throw invalidArgument(key, `an integer from ${low} to ${high}`, value);
    }
    sizes[key] = value;
  }
  return sizes;
}

/** `force` replaces a generated data set, never another one. */
async function claimFolder(out: string, force: boolean): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    const entries = await readdir(out);
    const refuse = (problem: string, fix: string) => {
      throw new WsolError(
        "ERR_WSOL_WRITE",
        `expected a new or empty folder for the data set, got '${out}', ${problem}`,
        {
          details: { path: out, entries: entries.slice(0, 20) },
          fix,
        },
      );
    };
    if (entries.length > 0 && !force) {
      refuse("which is not empty", "Name another folder, or replace the generated data set in it with --force.");
    }
    if (!entries.includes(NOTE) && OWN_FOLDERS.some((folder) => entries.includes(folder))) {
      refuse("which holds a data set that was not generated", "Name another folder.");
    }
    await removeOwn(out);
  } catch (cause) {
    throw cause instanceof WsolError ? cause : cannotWrite(out, cause);
  }
}

async function removeOwn(out: string): Promise<void> {
  // Retried, since an image that is still being written when a run stops makes its folder not empty.
  for (const name of [...OWN_FOLDERS, NOTE]) await rm(join(out, name), { recursive: true, force: true, maxRetries: 5 });
}
