import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import { type DatasetFingerprint, datasetFingerprint, describeDifference } from "../../../lib/data/fingerprint";
import { temporaryFolder } from "../../support/temporary-folder";
import { tinyDataset } from "../../support/tiny-data";

const folder = temporaryFolder();
let root: string;
let copies = 0;

beforeAll(async () => {
  root = await tinyDataset(folder);
}, 60_000);

const open = async (path: string) => datasetFingerprint(await Dataset.open(path), ["train", "val"]);

/** The fingerprint of a copy whose file of metadata is changed. */
async function changed(split: string, file: string, change: (text: string) => string): Promise<DatasetFingerprint> {
  const copy = join(folder, `copy-${copies++}`);
  await cp(root, copy, { recursive: true });
  const path = join(copy, "metadata", split, file);
  await writeFile(path, change(await readFile(path, "utf8")));
  return open(copy);
}

const swapFirstTwo = (text: string) => text.replace(/^(.*)\n(.*)\n/, "$2\n$1\n");
/** The first line's class becomes another one of the three. */
const relabel = (text: string) => text.replace(/,(\d+)\n/, (_, label) => `,${(Number(label) + 1) % 3}\n`);

test("is that of the splits asked for, the same for a copy of the data set elsewhere", async () => {
  const whole = await open(root);
  expect(whole.numClasses).toBe(3);
  expect(whole.splits.train).toEqual({ images: 25, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(Object.keys(whole.splits)).toEqual(["train", "val"]);
  const copy = await changed("train", "class_labels.txt", (text) => text);
  expect(copy).toEqual(whole);
  expect(describeDifference(copy, whole)).toBeNull();
});

test("tells another label and another order of train, but not of test", async () => {
  const whole = await open(root);
  const words = (split: string) => `the ids, labels or order of ${split} are not those that the run began with`;
  const labels = await changed("train", "class_labels.txt", relabel);
  expect(describeDifference(labels, whole)).toBe(words("train"));
  const order = await changed("val", "image_ids.txt", swapFirstTwo);
  expect(describeDifference(order, whole)).toBe(words("val"));
  const test = await changed("test", "class_labels.txt", relabel);
  expect(describeDifference(test, whole)).toBeNull();
});

const fingerprint = (images: number, changes: Partial<DatasetFingerprint> = {}): DatasetFingerprint => ({
  numClasses: 3,
  splits: { train: { images, sha256: String(images) } },
  ...changes,
});

test.each([
  [fingerprint(6), fingerprint(12), "train has 6 images, the run began with 12"],
  [fingerprint(1), fingerprint(12), "train has 1 image, the run began with 12"],
  [fingerprint(6, { numClasses: 4 }), fingerprint(6), "it has 4 classes, the run began with 3"],
  [fingerprint(6, { splits: {} }), fingerprint(6), "it has no split train, the run began with one"],
  [fingerprint(6), fingerprint(6, { splits: {} }), "it has a split train, the run began without one"],
])("says what differs, case %#", (now, then, words) => {
  expect(describeDifference(now, then)).toBe(words);
});
