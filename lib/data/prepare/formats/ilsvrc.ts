import { FormatProblem } from "../../../formats/problem";
import { readVocXml, type VocObject } from "../../../formats/voc-xml/voc-xml";
import type { Source } from "../source/source";
import type { ReadContext, SourceBoxes, SourceFormat, SourceImage } from "../source-format";
import { METADATA, METADATA_BOXES, readIlsvrcMetadata } from "./ilsvrc-metadata";

const TRAIN = /(?:^|\/)train\/([^/]+)\/([^/]+\.jpe?g)$/i;
/** Flat, as published, or sorted into folders of the classes, as many sort them. */
const VAL = /(?:^|\/)val\/(?:([^/]+)\/)?([^/]+)\.(jpe?g)$/i;
const ANNOTATION = /(?:^|\/)val\/(?:[^/]+\/)?([^/]+)\.xml$/;

/**
 * ImageNet's classification and localization task, ILSVRC 2012 to 2017 (Russakovsky et al., 2015), unpacked or as the published
 * tars, the training one a tar of tars. Boxes are read for `val` only, which becomes `test`; its annotations tell its classes,
 * or, where there are none, the reference evaluator's metadata.
 */
export const ilsvrc: SourceFormat = {
  name: "ilsvrc",
  title: "ILSVRC",
  parts: [
    { what: "train/<wnid>/*.JPEG", pattern: TRAIN },
    { what: "val/*.JPEG", pattern: VAL },
    {
      what: "val/*.xml, the annotations (or the reference evaluator's test/localization.txt)",
      pattern: new RegExp(`${ANNOTATION.source}|${METADATA_BOXES.source}`),
    },
  ],
  looksInto: (path) => ANNOTATION.test(path) || METADATA.test(path),
  mount: placeOfArchive,
  published: { classes: 1000, splits: { train: 1_281_167, test: 50_000 } },

  async read(source, context) {
    const train: { readonly entry: string; readonly wnid: string; readonly id: string }[] = [];
    const val: ValImage[] = [];
    const annotations = new Map<string, string>();
    for (const entry of source.entries.keys()) {
      const [, wnid, image] = TRAIN.exec(entry) ?? [];
      const [, , name, ending] = wnid === undefined ? (VAL.exec(entry) ?? []) : [];
      const [, annotated] = ANNOTATION.exec(entry) ?? [];
      if (wnid !== undefined) train.push({ entry, wnid, id: `train/${wnid}/${image}` });
      else if (name !== undefined) val.push({ entry, name, id: `val/${name}.${ending}` });
      else if (annotated !== undefined) annotations.set(annotated, entry);
    }
    const annotated =
      annotations.size > 0
        ? await readAnnotations(source, val, annotations, context)
        : await fromMetadata(source, val, [...new Set(train.map(({ wnid }) => wnid))].sort(), context);
    const classes = [...new Set([...train, ...annotated].map(({ wnid }) => wnid))].sort();
    // One array for all images of a class: there are more than a million of them.
    const labels = new Map(classes.map((wnid, label) => [wnid, [label]]));
    return {
      classes,
      splits: {
        train: inOrder(train.map(({ entry, wnid, id }) => ({ id, entry, labels: labels.get(wnid)! }))),
        test: inOrder(annotated.map(({ id, entry, wnid, boxes }) => ({ id, entry, labels: labels.get(wnid)!, boxes }))),
      },
    };
  },
};

interface ValImage {
  readonly id: string;
  readonly entry: string;
  /** Without folders and ending. */
  readonly name: string;
}

interface Annotated extends ValImage {
  readonly wnid: string;
  readonly boxes: SourceBoxes;
}

async function readAnnotations(
  source: Source,
  images: readonly ValImage[],
  annotations: ReadonlyMap<string, string>,
  { problem, signal }: ReadContext,
): Promise<Annotated[]> {
  const annotated: Annotated[] = [];
  for (const image of images) {
    signal?.throwIfAborted();
    const entry = annotations.get(image.name);
    const found = entry === undefined ? "has no annotation" : await readAnnotation(source, entry);
    if (typeof found !== "string") annotated.push({ ...image, ...found });
    else problem({ split: "test", image: image.id, problem: found, ...(entry !== undefined && { entry }) });
  }
  return annotated;
}

async function fromMetadata(
  source: Source,
  images: readonly ValImage[],
  classes: readonly string[],
  { problem }: ReadContext,
): Promise<Annotated[]> {
  const metadata = await readIlsvrcMetadata(source, classes.length);
  return images.flatMap((image) => {
    const found = metadata?.get(image.name);
    if (found !== undefined) return [{ ...image, wnid: classes[found.label]!, boxes: found.boxes }];
    problem({ split: "test", image: image.id, problem: "has no annotation" });
    return [];
  });
}

/** What is not needed: boxes of train, the images of test, the dogs of another task, the toolkit. */
const NOT_OPENED = /bbox_train|bbox_test|img_test|img_train_t3|devkit/;

/** The tars of images become the folders that they hold images of, the training one's classes folders in it. */
function placeOfArchive(archive: string): string | null {
  const [, folder = "", name = ""] = /^(.*\/)?([^/]+?)\.(?:tar|tgz|tar\.gz|zip)$/i.exec(archive) ?? [];
  if (NOT_OPENED.test(name)) return null;
  if (/^n\d{8}$/.test(name)) return folder + name;
  if (/img_train$/.test(name)) return `${folder}train`;
  if (/img_val$/.test(name)) return `${folder}val`;
  if (/bbox_val/.test(name)) return `${folder}Annotations`;
  return folder.replace(/\/$/, "");
}

/** @returns in words what is wrong, where something is */
async function readAnnotation(source: Source, entry: string): Promise<{ wnid: string; boxes: SourceBoxes } | string> {
  let objects: readonly VocObject[];
  try {
    ({ objects } = readVocXml(await source.read(entry)));
  } catch (cause) {
    if (cause instanceof FormatProblem) return `cannot be read: ${cause.message}`;
    throw cause;
  }
  const [first, ...others] = objects;
  if (first === undefined) return "has no object in it";
  const other = others.find(({ name }) => name !== first.name);
  if (other !== undefined) return `has objects of several classes, '${first.name}' and '${other.name}'`;
  return { wnid: first.name, boxes: objects.map(({ box }) => ({ box })) };
}

function inOrder(images: SourceImage[]): SourceImage[] {
  return images.sort((a, b) => (a.id < b.id ? -1 : 1));
}
