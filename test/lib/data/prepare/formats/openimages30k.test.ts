import { join } from "node:path";
import { Dataset } from "../../../../../lib/data/dataset";
import { prepare } from "../../../../../lib/data/prepare/prepare";
import { MIDS, openImagesTree } from "../../../../support/sources/openimages30k";
import { type Tree, writeTree, zipOf } from "../../../../support/sources/tree";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();
let tree: Tree;

beforeAll(async () => {
  tree = await openImagesTree();
});

/** As published: one zip of images, one of masks, both unpacked into the same folder. */
async function zips(name: string): Promise<string> {
  const isImage = ([path]: [string, unknown]) => path.endsWith(".jpg");
  const [images, masks] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(tree).filter((entry) => isImage(entry) === wanted)),
  );
  return writeTree(join(folder, name), {
    "OpenImages_images.zip": zipOf(images!),
    "OpenImages_annotations.zip": zipOf(masks!),
  });
}

test("reads both zips: labels in the order of the identifiers, ids and masks by the names that the reference has", async () => {
  const out = join(folder, "open");
  const result = await prepare("openimages30k", await zips("zips"), out);
  expect(result).toMatchObject({ classes: 3, splits: { train: 12, val: 4, test: 6 }, problems: [] });
  const data = await Dataset.open(out);
  expect(data.classes).toEqual(MIDS);
  const { ids, labels, masks, boxes } = data.split("val");
  expect([...labels]).toEqual([0, 0, 1, 1]);
  expect(boxes).toBeNull();
  expect(ids[2]).toBe("val/0bt_m_c3/000000abcdef000f.jpg");
  const stem = "val/0bt_m_c3/000000abcdef000f";
  expect(masks![2]).toEqual({
    instances: [`${stem}_m0bt_m_c3_0a1b2c3d.png`, `${stem}_m0bt_m_c3_ffffffff.png`],
    ignore: `${stem}_ignore.png`,
  });
  expect(masks![3]!.ignore).toBeNull();
  expect(data.split("train").masks).toBeNull();
});

test("an image of test without a mask is reported and left out", async () => {
  const [stem] = Object.keys(tree).filter((path) => /^test.*[^e]\.jpg$/.test(path));
  const without = Object.entries(tree).filter(([path]) => !path.startsWith(`${stem!.slice(0, -4)}_m`));
  const root = await writeTree(join(folder, "OpenImages"), Object.fromEntries(without));
  const result = await prepare("openimages30k", root, join(folder, "open-without"));
  expect(result.problems).toEqual([{ split: "test", image: stem, problem: "has no mask" }]);
  expect(result.splits.test).toBe(5);
});
