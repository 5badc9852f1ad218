import { FormatProblem } from "../../formats/problem";
import { bytesOf, type Content, type PlacedImage, Placer } from "./place-files";
import type { Source } from "./source/source";
import type { MaskEntry, OwnMaskFile, SourceImage, SourceSet } from "./source-format";

export interface PlaceOptions {
  readonly out: string;
  readonly copy: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told what is wrong with an image; throws to stop. */
  readonly onProblem: (image: SourceImage, problem: string, entry?: string) => void;
  /** Told after each image. */
  readonly onImage: () => void;
}

/** What an entry is used for. */
interface Uses {
  readonly images: SourceImage[];
  readonly masks: { readonly image: SourceImage; readonly file: MaskEntry }[];
}

/** Files that are linked at once. */
const AT_ONCE = 16;

/** Places every image and mask of a set. @returns what is known of each image that is there; the others were reported */
export async function placeSet(
  set: SourceSet,
  source: Source,
  options: PlaceOptions,
): Promise<ReadonlyMap<SourceImage, PlacedImage>> {
  const uses = usesOf(set, source, options);
  const placed = new Map<SourceImage, PlacedImage>();
  const placer = new Placer(options.out);
  const place = async (entry: string, content: Content | FormatProblem): Promise<void> => {
    const { images, masks } = uses.get(entry)!;
    for (const image of images) {
      await orProblem(options, image, undefined, async () => {
        placed.set(image, await placer.image(image.id, valid(content)));
      });
      options.onImage();
    }
    for (const { image, file } of masks) {
      await orProblem(options, image, entry, () => placer.masks(file, valid(content), file.make ?? null));
    }
  };
  const linked: string[] = [];
  const read = new Set<string>();
  for (const entry of uses.keys()) {
    if (!options.copy && source.file(entry) !== null) linked.push(entry);
    else read.add(entry);
  }
  await atOnce(linked, options.signal, (entry) => place(entry, { path: source.file(entry)! }));
  await source.visit(
    read,
    (entry, bytes) => place(entry, bytes instanceof FormatProblem ? bytes : { bytes }),
    options.signal,
  );
  const own = async (path: string) => (options.copy ? { bytes: await bytesOf({ path }) } : { path });
  await atOnce(ownMasksOf(set), options.signal, async ({ image, file }) => {
    const facts = placed.get(image);
    // An image that is not there was reported.
    if (facts === undefined) return;
    const { make } = file;
    await orProblem(options, image, file.entry, async () =>
      placer.masks(file, await own(file.file), make === undefined ? null : (bytes) => make(bytes, facts.size)),
    );
  });
  return placed;
}

/** By entry, in the order of the splits. Entries that are not there are reported. */
function usesOf(set: SourceSet, source: Source, { onProblem, onImage }: PlaceOptions): Map<string, Uses> {
  const uses = new Map<string, Uses>();
  const of = (entry: string): Uses => {
    const found = uses.get(entry) ?? { images: [], masks: [] };
    uses.set(entry, found);
    return found;
  };
  for (const image of Object.values(set.splits).flat()) {
    if (source.entries.has(image.entry)) {
      of(image.entry).images.push(image);
    } else {
      onProblem(image, "is not there", image.entry);
      onImage();
    }
    for (const file of image.masks?.files ?? []) {
      if (file.file !== undefined) continue;
      if (source.entries.has(file.entry)) of(file.entry).masks.push({ image, file });
      else onProblem(image, "is not there", file.entry);
    }
  }
  return uses;
}

function ownMasksOf(set: SourceSet): { readonly image: SourceImage; readonly file: OwnMaskFile }[] {
  return Object.values(set.splits)
    .flat()
    .flatMap((image) =>
      (image.masks?.files ?? []).flatMap((file) => (file.file === undefined ? [] : [{ image, file }])),
    );
}

async function orProblem(
  { onProblem }: PlaceOptions,
  image: SourceImage,
  entry: string | undefined,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof FormatProblem)) throw error;
    // What readers of files say is about "it"; what is known of images and masks completes their names.
    const problem = /^(is|has|cannot) /.test(error.message) ? error.message : `cannot be read: ${error.message}`;
    onProblem(image, problem, entry);
  }
}

function valid(content: Content | FormatProblem): Content {
  if (content instanceof FormatProblem) throw content;
  return content;
}

/** Runs tasks side by side; all are over when it returns or throws. */
async function atOnce<T>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  const worker = async () => {
    while (next < items.length && failure === null) {
      try {
        signal?.throwIfAborted();
        await work(items[next++]!);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failure !== null) throw (failure as { error: unknown }).error;
}
