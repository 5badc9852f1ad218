import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import { prepare } from "../../../../lib/data/prepare/prepare";
import { evaluateRun } from "../../../../lib/evaluate/evaluate-run";
import { fit as train } from "../../../../lib/train/fit";
import { ilsvrcArchives, ilsvrcTree } from "../../../support/sources/ilsvrc";
import { flowersTree } from "../../../support/sources/oxford-flowers";
import { below, type Tree, tarOf, tgzOf, writeTree, zipOf } from "../../../support/sources/tree";
import { vocTree } from "../../../support/sources/voc2012";
import { temporaryFolder } from "../../../support/temporary-folder";
import { TINY_CONFIG } from "../../../support/tiny-data";

jest.setTimeout(120_000);

// Miniatures of the published archives, in every form in which they lie about, to the text files and on to a trained network.
const root = temporaryFolder();
let count = 0;
/** With a space and an umlaut, as folders of people have. */
const fresh = () => join(root, `Bücher und Bilder ${count++}`);

/** Every text file of the metadata by its path. */
function metadataOf(out: string): Record<string, string> {
  const files = readdirSync(join(out, "metadata"), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".txt"),
  );
  return Object.fromEntries(files.sort().map((path) => [path, readFileSync(join(out, "metadata", path), "utf8")]));
}

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join("");
const folderWith = (tree: Tree) => writeTree(fresh(), tree);
const fileOf = (name: string, bytes: Uint8Array) => {
  const folder = fresh();
  mkdirSync(folder);
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

/** One epoch and an evaluation. */
async function trainOn(out: string) {
  const run = fresh();
  const optim = { ...TINY_CONFIG.optim, epochs: 1, batchSize: 3 };
  await train(out, { ...TINY_CONFIG, data: { ...TINY_CONFIG.data, cmyk: "convert" }, optim, out: run });
  return evaluateRun(run, out, { split: "test", batchSize: 2 });
}

describe("oxford-flowers", () => {
  const expected = {
    "classes.txt": lines("1", "2", "3", "4"),
    "test/class_labels.txt": lines("image_00010.jpg,0", "image_00011.jpg,2", "image_00012.jpg,3"),
    "test/image_ids.txt": lines("image_00010.jpg", "image_00011.jpg", "image_00012.jpg"),
    "test/localization.txt": lines(
      "image_00010.jpg,segmim_00010.png,",
      "image_00011.jpg,segmim_00011.png,",
      "image_00012.jpg,segmim_00012.png,",
    ),
  };
  const forms: Record<string, (tree: Tree) => Promise<string> | string> = {
    "a folder": folderWith,
    "a folder with the published archives": async (tree) =>
      folderWith({
        "102flowers.tgz": await tgzOf(
          Object.fromEntries(Object.entries(below(tree, "jpg/")).map(([name, bytes]) => [`jpg/${name}`, bytes])),
        ),
        "102segmentations.tgz": await tgzOf(
          Object.fromEntries(Object.entries(below(tree, "segmim/")).map(([name, bytes]) => [`segmim/${name}`, bytes])),
        ),
        "imagelabels.mat": tree["imagelabels.mat"]!,
        "setid.mat": tree["setid.mat"]!,
      }),
    "a zip": (tree) => fileOf("flowers.zip", zipOf(tree)),
  };

  test.each(Object.entries(forms))("from %s, the same metadata", async (_, make) => {
    const out = fresh();
    const { status, splits, problems, differences } = await prepare(
      "oxford-flowers",
      await make(await flowersTree()),
      out,
    );
    expect([status, splits, problems]).toEqual(["prepared", { train: 6, val: 3, test: 3 }, []]);
    expect(differences.length).toBeGreaterThan(0);
    expect(metadataOf(out)).toMatchObject(expected);
    expect(readdirSync(join(out, "masks")).length).toBe(12);
    const dataset = await Dataset.open(out);
    expect(dataset.split("train").ids[0]).toBe("image_00005.jpg");
    expect(dataset.split("val").masks![0]).toEqual({ instances: ["segmim_00009.png"], ignore: null });
  });

  test("trains for an epoch and is evaluated by its masks", async () => {
    const out = fresh();
    await prepare("oxford-flowers", await folderWith(await flowersTree()), out);
    const { pxap, top1Cls } = await trainOn(out);
    expect(pxap).toBeGreaterThan(0);
    expect(top1Cls).toBeGreaterThanOrEqual(0);
  });
});

describe("voc2012", () => {
  const forms: Record<string, (tree: Tree) => Promise<string> | string> = {
    "a folder": folderWith,
    "the folder inside": async (tree) => join(await folderWith(tree), "VOCdevkit", "VOC2012"),
    "a folder with the published archive": async (tree) =>
      folderWith({ "VOCtrainval_11-May-2012.tar": await tarOf(tree) }),
    "the published archive": async (tree) => fileOf("VOCtrainval_11-May-2012.tar", await tarOf(tree)),
    "a compressed tar": async (tree) => fileOf("voc.tgz", await tgzOf(tree)),
    "a zip": (tree) => fileOf("voc.zip", zipOf(tree)),
  };

  test.each(Object.entries(forms))("from %s, several labels, boxes and masks with their classes", async (_, make) => {
    const out = fresh();
    const { splits, problems, notes } = await prepare("voc2012", await make(await vocTree()), out);
    expect([splits, problems]).toEqual([{ train: 2, test: 2 }, []]);
    expect(notes).toContainEqual(expect.stringContaining("'2010_000004.jpg' has no box of 'bird'"));
    const { "classes.txt": classes, ...texts } = metadataOf(out);
    expect(classes!.split("\n").slice(0, 3)).toEqual(["aeroplane", "bicycle", "bird"]);
    expect(texts).toEqual({
      "train/image_ids.txt": lines("2007_000032.jpg", "2009_000001.jpg"),
      "train/class_labels.txt": lines("2007_000032.jpg,14", "2009_000001.jpg,7;11"),
      "train/image_sizes.txt": lines("2007_000032.jpg,20,12", "2009_000001.jpg,20,12"),
      "train/localization.txt": lines(
        "2007_000032.jpg,3,3,8,8,14",
        "2009_000001.jpg,10,2,19,9,7",
        "2009_000001.jpg,0,0,4,5,11",
        "2009_000001.jpg,0,6,4,11,11",
      ),
      "train/masks.txt": lines(
        "2007_000032.jpg,2007_000032_person.png,2007_000032_void.png,14",
        "2009_000001.jpg,2009_000001_cat.png,,7",
        "2009_000001.jpg,2009_000001_dog.png,,11",
      ),
      "test/image_ids.txt": lines("2008_000003.jpg", "2010_000004.jpg"),
      "test/class_labels.txt": lines("2008_000003.jpg,0", "2010_000004.jpg,2;19"),
      "test/image_sizes.txt": lines("2008_000003.jpg,20,12", "2010_000004.jpg,20,12"),
      "test/localization.txt": lines(
        "2008_000003.jpg,5,4,12,7,0",
        "2010_000004.jpg,2,6,5,10,2",
        "2010_000004.jpg,12,1,18,4,19",
      ),
      "test/masks.txt": lines(
        "2008_000003.jpg,2008_000003_aeroplane.png,2008_000003_void.png,0",
        "2010_000004.jpg,2010_000004_bird.png,,2",
        "2010_000004.jpg,2010_000004_tvmonitor.png,,19",
      ),
    });
    expect(readdirSync(join(out, "masks")).sort()).toEqual([
      "2007_000032_person.png",
      "2007_000032_void.png",
      "2008_000003_aeroplane.png",
      "2008_000003_void.png",
      "2009_000001_cat.png",
      "2009_000001_dog.png",
      "2010_000004_bird.png",
      "2010_000004_tvmonitor.png",
    ]);
    expect(readdirSync(join(out, "images")).length).toBe(4);
  });

  test("opens with its pairs of image and class, trains for an epoch and is evaluated by masks and boxes", async () => {
    const out = fresh();
    await prepare("voc2012", await folderWith(await vocTree()), out);
    expect((await Dataset.open(out)).split("test").masks).toEqual([
      { instances: ["2008_000003_aeroplane.png"], ignore: "2008_000003_void.png" },
      { instances: ["2010_000004_bird.png"], ignore: null },
      { instances: ["2010_000004_tvmonitor.png"], ignore: null },
    ]);
    expect(await trainOn(out)).toMatchObject({ pairs: 3, mPxap: expect.any(Number), gtKnownLoc: expect.any(Number) });
  });
});

describe("ilsvrc", () => {
  const forms: Record<string, () => Promise<string>> = {
    "a folder": async () => folderWith(await ilsvrcTree()),
    "the published archives, a tar of tars among them": async () => folderWith(await ilsvrcArchives()),
    "one compressed tar": async () => fileOf("imagenet_object_localization.tar.gz", await tgzOf(await ilsvrcTree())),
    "a zip": async () => fileOf("imagenet-object-localization-challenge.zip", zipOf(await ilsvrcTree())),
  };

  test.each(Object.entries(forms))(
    "from %s, labels in the order of the identifiers and boxes as they are",
    async (_, make) => {
      const out = fresh();
      const { splits, problems, notes } = await prepare("ilsvrc", await make(), out);
      expect([splits, problems]).toEqual([{ train: 6, test: 4 }, []]);
      expect(notes).toContainEqual(expect.stringContaining("train/n02105855/n02105855_10.JPEG"));
      expect(metadataOf(out)).toMatchObject({
        "classes.txt": lines("n01440764", "n02105855", "n09835506"),
        "train/class_labels.txt": expect.stringContaining("train/n01440764/n01440764_10.JPEG,0\n"),
        "test/image_ids.txt": lines(...[1, 2, 3, 4].map((n) => `val/ILSVRC2012_val_0000000${n}.JPEG`)),
        "test/class_labels.txt": lines(
          ...[1, 0, 1, 2].map((label, n) => `val/ILSVRC2012_val_0000000${n + 1}.JPEG,${label}`),
        ),
        "test/localization.txt": lines(
          "val/ILSVRC2012_val_00000001.JPEG,3,4,30,20",
          "val/ILSVRC2012_val_00000002.JPEG,0,0,35,27",
          "val/ILSVRC2012_val_00000003.JPEG,1,2,10,12",
          "val/ILSVRC2012_val_00000003.JPEG,12,3,34,26",
          "val/ILSVRC2012_val_00000004.JPEG,5,5,20,20",
        ),
      });
      expect((await Dataset.open(out)).split("train").ids.length).toBe(6);
    },
  );

  test("trains for an epoch and is evaluated by its boxes", async () => {
    const out = fresh();
    await prepare("ilsvrc", await folderWith(await ilsvrcArchives()), out);
    const { gtKnownLoc } = await trainOn(out);
    expect(gtKnownLoc).not.toBeNull();
  });
});
