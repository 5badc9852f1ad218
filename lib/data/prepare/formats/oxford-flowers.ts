import { WsolError } from "../../../errors";
import { type MatArray, readMat } from "../../../formats/mat/mat";
import { FormatProblem } from "../../../formats/problem";
import { decodeImage } from "../../images/decode";
import type { SplitName } from "../../split";
import { formatError } from "../format-error";
import { encodeMask } from "../mask-png";
import type { Source } from "../source/source";
import { folderOf, readText } from "../source/texts";
import type { SourceFormat, SourceImage, SourceMasks } from "../source-format";

/** Variables of `setid.mat`; the first has been the training set in all published work. */
const SPLITS = { train: "trnid", val: "valid", test: "tstid" } as const satisfies Record<SplitName, string>;
const NAME_FILES = /(^|\/)(classes\.txt|cat_to_name\.json)$/;

/**
 * Oxford 102 flowers (Nilsback and Zisserman, 2008): numbered images, labels and splits in MAT-files, segmentations as JPEGs
 * whose background is painted blue.
 */
export const oxfordFlowers: SourceFormat = {
  name: "oxford-flowers",
  title: "Oxford-102 flowers",
  parts: [
    { what: "jpg/image_#####.jpg", pattern: /(^|\/)jpg\/image_\d{5}\.jpg$/ },
    { what: "imagelabels.mat", pattern: /(^|\/)imagelabels\.mat$/ },
    { what: "setid.mat", pattern: /(^|\/)setid\.mat$/ },
    { what: "segmim/segmim_#####.jpg", pattern: /(^|\/)segmim\/segmim_\d{5}\.jpg$/ },
  ],
  looksInto: (path) => /(^|\/)(imagelabels|setid)\.mat$/.test(path) || NAME_FILES.test(path),
  published: { classes: 102, splits: { train: 1020, val: 1020, test: 6149 } },

  async read(source) {
    const labels = await labelsOf(source);
    const sets = await readMatOf(source, "setid.mat", Object.values(SPLITS));
    const [jpg, segmim] = [
      folderOfFirst(source, /(^|\/)jpg\/image_\d{5}\.jpg$/),
      folderOfFirst(source, /(^|\/)segmim\/segmim_\d{5}\.jpg$/),
    ];
    const splitOf = new Map<number, SplitName>();
    const splits: Partial<Record<SplitName, SourceImage[]>> = {};
    for (const [split, variable] of Object.entries(SPLITS) as [SplitName, keyof typeof sets][]) {
      splits[split] = [...sets[variable].data].map((number) => {
        const label = labels[number - 1];
        if (label === undefined) {
          throw wrong(
            source,
            "setid.mat",
            `expected images from 1 to ${labels.length} in '${variable}', got ${number}`,
          );
        }
        const other = splitOf.get(number);
        if (other !== undefined) {
          throw wrong(
            source,
            "setid.mat",
            `expected image ${number} once, it is in '${SPLITS[other]}' and in '${variable}'`,
          );
        }
        splitOf.set(number, split);
        const digits = String(number).padStart(5, "0");
        const [id, mask] = [`image_${digits}.jpg`, `segmim_${digits}`];
        return { id, entry: jpg + id, labels: [label], masks: masksOf(mask, `${segmim}${mask}.jpg`) };
      });
    }
    return { classes: await classNames(source, labels), splits };
  },
};

/** 0-based. */
async function labelsOf(source: Source): Promise<number[]> {
  const MOST = 1000;
  const { labels } = await readMatOf(source, "imagelabels.mat", ["labels"]);
  return Array.from(labels.data, (label, index) => {
    if (Number.isInteger(label) && label >= 1 && label <= MOST) return label - 1;
    throw wrong(source, "imagelabels.mat", `expected a class from 1 to ${MOST} for image ${index + 1}, got ${label}`);
  });
}

async function readMatOf<Name extends string>(
  source: Source,
  file: string,
  names: readonly Name[],
): Promise<Record<Name, MatArray>> {
  const path = folderOf(source, file) + file;
  const bytes = await source.read(path);
  try {
    return readMat(bytes, names);
  } catch (cause) {
    throw formatError(`${source.name}/${path}`, cause);
  }
}

/** Numbers, as in the archive, or names from a file that lies beside it: a line for each, or the JSON of names by number that goes round. */
async function classNames(source: Source, labels: readonly number[]): Promise<string[]> {
  const count = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const numbers = Array.from({ length: count }, (_, label) => String(label + 1));
  const path = [...source.entries.keys()].find((entry) => NAME_FILES.test(entry));
  if (path === undefined) return numbers;
  const names = path.endsWith(".json") ? await namesByNumber(source, path) : await namesByLine(source, path);
  return numbers.map((number) => {
    const name = names.get(number);
    if (name === undefined) throw wrong(source, path, `expected a name for class ${number}, found none`);
    return name;
  });
}

async function namesByLine(source: Source, path: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  (await readText(source, path)).forEachLine((line, number) => names.set(String(number), line));
  return names;
}

async function namesByNumber(source: Source, path: string): Promise<Map<string, string>> {
  const bytes = await source.read(path);
  let names: unknown;
  try {
    names = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw wrong(source, path, `expected JSON, ${(cause as Error).message}`);
  }
  const entries = typeof names === "object" && names !== null ? Object.entries(names) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function folderOfFirst(source: Source, pattern: RegExp): string {
  for (const path of source.entries.keys()) if (pattern.test(path)) return path.slice(0, path.lastIndexOf("/") + 1);
  return "";
}

function masksOf(name: string, entry: string): SourceMasks {
  const path = `${name}.png`;
  return { masks: [{ path }], ignore: null, files: [{ entry, paths: [path], make: maskOfBlueBackground }] };
}

const LEAST_BLUE = 200;
const MOST_RED_GREEN = 50;

/** The background is blue as JPEG leaves it: B above 200, R and G below 50. All else is the flower. */
async function maskOfBlueBackground(bytes: Uint8Array): Promise<Uint8Array[]> {
  const { data, width, height } = await decodeImage(bytes, { cmyk: "refuse", applyOrientation: false }).catch(
    (cause) => {
      throw new FormatProblem((cause as Error).message.replace(/^image '[^']*' /, ""));
    },
  );
  const mask = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < mask.length; pixel++, at += 3) {
    const isBackground = data[at + 2]! > LEAST_BLUE && data[at]! < MOST_RED_GREEN && data[at + 1]! < MOST_RED_GREEN;
    mask[pixel] = isBackground ? 0 : 255;
  }
  return [await encodeMask(mask, width, height)];
}

function wrong(source: Source, file: string, problem: string): WsolError {
  return new WsolError("ERR_WSOL_DATA", `${source.name}/${file}: ${problem}`, { details: { path: source.name, file } });
}
