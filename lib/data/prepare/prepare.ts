import { resolve } from "node:path";
import { WsolError } from "../../errors";
import { warn } from "../../options";
import { Run } from "../../tasks/run";
import { publishMetadata, writeSplitMetadata } from "../layout/layout-writer";
import { SPLIT_NAMES, type SplitName } from "../split";
import { checkPaths, checkPrepareOptions, formatNamed, settingsOf } from "./check-options";
import { checkSet, differencesFrom } from "./check-set";
import { downloadSource } from "./download-source";
import type { PrepareEvent, PrepareOptions, PrepareResult } from "./events";
import { layoutImages } from "./layout-images";
import { placeSet } from "./place-set";
import { PreparedFolder, type SetOrigin } from "./prepared-folder";
import { Problems } from "./problems";
import { openSource, type SurveyedSource, surveySource } from "./source/open-source";
import type { Source } from "./source/source";
import type { FormatSettings, SourceFormat, SourceSet } from "./source-format";
import { takeVal } from "./take-val";

/**
 * Prepares a published data set in the wsol layout from its own files: an unpacked folder, an archive, or a folder with archives.
 * The result is a promise, and a stream of events. Images of a folder are linked to, those of archives unpacked. An image that
 * is missing or damaged is reported and left out. In the same folder a finished set of the same source is left as it is, and an
 * interrupted one is completed.
 *
 * @param format `cub`, `openimages30k`, `oxford-pet`, …
 * @throws ERR_WSOL_ARGUMENT; ERR_WSOL_DATA naming what is wrong with the source, or with `strict` the first image that is missing;
 *   ERR_WSOL_WRITE (the folder holds something else, no space, …); ERR_WSOL_BUSY; the signal's reason when aborted
 * @example await prepare("cub", "CUB_200_2011.tgz", "data/cub", { val: 5 })
 */
export function prepare(
  format: string,
  source: string,
  out: string,
  options: PrepareOptions = {},
): Run<PrepareEvent, PrepareResult> {
  return new Run((emit) => prepareDataset(format, source, out, options, emit));
}

async function prepareDataset(
  formatName: string,
  sourceName: string,
  out: string,
  options: PrepareOptions,
  emit: (event: PrepareEvent) => void,
): Promise<PrepareResult> {
  const format = formatNamed(formatName);
  checkPrepareOptions(format, options);
  checkPaths(sourceName, out);
  options.signal?.throwIfAborted();
  if (options.download) await downloadMissing(format, sourceName, options);
  const survey = await surveySource(sourceName, format, {
    followLinks: options.followLinks ?? false,
    onProgress: (done, total) => options.onProgress?.({ stage: "listing", done, total }),
    signal: options.signal,
  });
  const origin: SetOrigin = {
    format: format.name,
    source: { path: resolve(sourceName), identity: await identityOf(survey, format, options) },
    settings: settingsOf(options),
  };
  const folder = await PreparedFolder.acquire(out, options.onWarning ?? warn);
  try {
    const claimed = await folder.claim(origin, options.force ?? false);
    const result =
      typeof claimed === "object"
        ? unchanged(claimed, folder.path, options.strict ?? false)
        : await prepareInto(folder, claimed === "begun", { format, survey, origin, options, emit });
    emit({ type: "end", result });
    return result;
  } catch (error) {
    await folder.abandon().catch(() => undefined);
    throw error;
  } finally {
    folder.release();
  }
}

async function identityOf(survey: SurveyedSource, format: SourceFormat, settings: FormatSettings): Promise<string> {
  if (format.identityOf === undefined) return survey.identity;
  return `${survey.identity}-${await format.identityOf(survey, settings, survey.options.signal)}`;
}

function downloadMissing(
  { name }: SourceFormat,
  folder: string,
  { mirror, signal, onProgress, onWarning = warn }: PrepareOptions,
): Promise<void> {
  return downloadSource(name, folder, {
    ...(mirror !== undefined && { mirror }),
    ...(signal !== undefined && { signal }),
    onNote: onWarning,
    onProgress: (file, done, total) => onProgress?.({ stage: "downloading", file, done, total: total ?? null }),
  });
}

interface Task {
  readonly format: SourceFormat;
  readonly survey: SurveyedSource;
  readonly origin: SetOrigin;
  readonly options: PrepareOptions;
  readonly emit: (event: PrepareEvent) => void;
}

async function prepareInto(folder: PreparedFolder, resumed: boolean, task: Task): Promise<PrepareResult> {
  const { format, options, origin, emit } = task;
  const source = await openSource(task.survey);
  try {
    const problems = new Problems(options.strict ?? false, emit);
    const read = await format.read(source, {
      settings: options,
      seed: options.seed ?? 0,
      problem: (problem) => problems.add(problem),
      note: (note) => problems.note(note),
      signal: options.signal,
    });
    const differences = differencesFrom(format.published, read);
    if (differences.length > 0) problems.differs(format.title, differences);
    const checked = checkSet(read, source.name, (problem) => problems.add(problem));
    const set = options.val === undefined ? checked : takeVal(checked, options.val, options.seed ?? 0);
    const counts = countsOf((split) => set.splits[split]?.length ?? 0);
    emit({
      type: "start",
      format: format.name,
      out: folder.path,
      resumed,
      classes: set.classes.length,
      splits: counts,
    });
    const splits = await writeSet(set, source, folder.path, problems, options);
    for (const note of read.closing?.() ?? []) problems.note(note);
    const result: PrepareResult = {
      format: format.name,
      out: folder.path,
      status: "prepared",
      classes: set.classes.length,
      splits,
      published: format.published,
      differences,
      problems: problems.inOrderOf(set),
      notes: problems.notes,
    };
    await folder.finish(origin, result);
    return result;
  } finally {
    await source.close();
  }
}

/** Images and masks first, then the metadata, all of it at once: a set that opens is complete. */
async function writeSet(
  set: SourceSet,
  source: Source,
  out: string,
  problems: Problems,
  { copy = false, signal, onProgress }: PrepareOptions,
): Promise<PrepareResult["splits"]> {
  const splitOf = new Map(SPLIT_NAMES.flatMap((split) => (set.splits[split] ?? []).map((image) => [image, split])));
  const total = splitOf.size;
  let done = 0;
  const placed = await placeSet(set, source, {
    out,
    copy,
    signal,
    onProblem: (image, problem, entry) => problems.ofImage(splitOf.get(image)!, image, problem, entry),
    onImage: () => onProgress?.({ stage: "images", done: ++done, total }),
  });
  const written = new Map<SplitName, number>();
  for (const split of SPLIT_NAMES) {
    const images = (set.splits[split] ?? []).filter(({ id }) => !problems.has(id));
    for (const image of images) for (const note of placed.get(image)?.notes ?? []) problems.note(`${image.id} ${note}`);
    const layout = layoutImages(split, images, placed, {
      onProblem: (image, problem) => problems.ofImage(split, image, problem),
      onNote: (note) => problems.note(note),
    });
    if (layout.length === 0) continue;
    await writeSplitMetadata(out, split, layout);
    written.set(split, layout.length);
  }
  if (written.size === 0) {
    throw new WsolError(
      "ERR_WSOL_DATA",
      `none of the ${total} images of '${source.name}' could be prepared: ${problems.first}`,
      {
        details: { path: source.name, problems: problems.all.slice(0, 20) },
      },
    );
  }
  signal?.throwIfAborted();
  await publishMetadata(out, set.classes);
  return countsOf((split) => written.get(split) ?? 0);
}

function countsOf(count: (split: SplitName) => number): Partial<Record<SplitName, number>> {
  return Object.fromEntries(SPLIT_NAMES.flatMap((split) => (count(split) > 0 ? [[split, count(split)]] : [])));
}

function unchanged(result: PrepareResult, out: string, strict: boolean): PrepareResult {
  if (strict) Problems.refuseAny(result);
  return { ...result, out, status: "unchanged" };
}
