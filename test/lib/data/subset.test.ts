import { Dataset } from "../../../lib/data/dataset";
import { Random } from "../../../lib/data/random";
import { balancedIndices, subsetOf } from "../../../lib/data/subset";
import { greyIds, writeGreySplit } from "../../support/grey-data";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
let whole: Dataset;

beforeAll(async () => {
  await writeGreySplit(folder, "train", { ids: greyIds("train", 12) });
  await writeGreySplit(folder, "test", { ids: greyIds("test", 5), labels: [0, 0, 0, 0, 1] });
  whole = await Dataset.open(folder);
});

const labels = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 2);
const classesOf = (indices: Int32Array) => Array.from(indices, (index) => labels[index]!).sort();

test("classes have equally many images while they have any", () => {
  expect(classesOf(balancedIndices(labels, 3, new Random(1)))).toEqual([0, 1, 2]);
  expect(classesOf(balancedIndices(labels, 5, new Random(1)))).toEqual([0, 0, 1, 1, 2]);
  expect(classesOf(balancedIndices(labels, 7, new Random(1)))).toEqual([0, 0, 0, 0, 1, 1, 2]);
});

test("a limit of all images or more takes all, in their order", () => {
  expect([...balancedIndices(labels, 8, new Random(1))]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect([...balancedIndices(labels, 99, new Random(1))]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("fewer images than classes are of different classes", () => {
  const found = classesOf(balancedIndices(labels, 2, new Random(4)));
  expect(new Set(found).size).toBe(2);
});

test("the same seed takes the same images, another seed others", () => {
  const idsOf = (seed: number) => subsetOf(whole, 6, seed).split("train").ids;
  expect(idsOf(0)).toEqual(idsOf(0));
  expect(new Set([0, 1, 2, 3].map((seed) => idsOf(seed).join())).size).toBeGreaterThan(1);
});

test("a subset has the classes of the whole, and each image its own label, box and size", () => {
  const subset = subsetOf(whole, 6, 0);
  expect([subset.numClasses, subset.root, subset.splits]).toEqual([3, folder, ["train", "test"]]);
  const [part, all] = [subset.split("train"), whole.split("train")];
  expect(part.ids).toHaveLength(6);
  expect([...part.labels].sort()).toEqual([0, 0, 1, 1, 2, 2]);
  part.ids.forEach((id, index) => {
    const at = all.ids.indexOf(id);
    expect(part.labels[index]).toBe(all.labels[at]);
    expect(part.boxes![index]).toEqual(all.boxes![at]);
    expect(part.sizes![index]).toEqual(all.sizes![at]);
    expect(part.imagePath(index)).toBe(all.imagePath(at));
  });
  expect(subset.split("test").ids).toHaveLength(5);
});
