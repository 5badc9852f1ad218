import { ilsvrc } from "../../../../../lib/data/prepare/formats/ilsvrc";
import { caught } from "../../../../support/caught";
import { ilsvrcTree } from "../../../../support/sources/ilsvrc";
import { readTree } from "../../../../support/sources/source-of";
import type { Tree } from "../../../../support/sources/tree";

let tree: Tree;
beforeAll(async () => {
  tree = await ilsvrcTree();
});
const ANNOTATIONS = "ILSVRC/Annotations/CLS-LOC/val/";
const first = `${ANNOTATIONS}ILSVRC2012_val_00000001.xml`;

describe("the format ilsvrc", () => {
  test("labels are indices of the sorted identifiers, val's come from its annotations, boxes stay as they are", async () => {
    const { classes, splits, problems } = await readTree(ilsvrc, tree);
    expect(classes).toEqual(["n01440764", "n02105855", "n09835506"]);
    expect(splits.train!.map(({ id, labels }) => [id, ...labels])).toEqual([
      ["train/n01440764/n01440764_10.JPEG", 0],
      ["train/n01440764/n01440764_17.JPEG", 0],
      ["train/n01440764/n01440764_3.JPEG", 0],
      ["train/n02105855/n02105855_10.JPEG", 1],
      ["train/n02105855/n02105855_17.JPEG", 1],
      ["train/n02105855/n02105855_3.JPEG", 1],
    ]);
    expect(splits.test!.map(({ id, labels, boxes }) => [id, ...labels, boxes])).toEqual([
      ["val/ILSVRC2012_val_00000001.JPEG", 1, [{ box: [3, 4, 30, 20] }]],
      ["val/ILSVRC2012_val_00000002.JPEG", 0, [{ box: [0, 0, 35, 27] }]],
      ["val/ILSVRC2012_val_00000003.JPEG", 1, [{ box: [1, 2, 10, 12] }, { box: [12, 3, 34, 26] }]],
      ["val/ILSVRC2012_val_00000004.JPEG", 2, [{ box: [5, 5, 20, 20] }]],
    ]);
    expect(splits.train![0]!.entry).toBe("ILSVRC/Data/CLS-LOC/train/n01440764/n01440764_10.JPEG");
    expect(problems).toEqual([]);
  });

  test("finds val images that were sorted into folders of their classes", async () => {
    const sorted = Object.entries(tree).map(([path, bytes]) => [
      path.replace("CLS-LOC/val/ILSVRC2012_val_00000001.J", "CLS-LOC/val/n02105855/ILSVRC2012_val_00000001.J"),
      bytes,
    ]);
    const { splits } = await readTree(ilsvrc, Object.fromEntries(sorted));
    expect(splits.test!.length).toBe(4);
    expect(splits.test![0]!.id).toBe("val/ILSVRC2012_val_00000001.JPEG");
  });

  test("names images whose annotation is missing, damaged, empty or of two classes, and goes on", async () => {
    const problemOf = async (annotation: string | null) => {
      const changed = { ...tree, [first]: annotation ?? "" };
      if (annotation === null) delete (changed as Record<string, unknown>)[first];
      const { problems, splits } = await readTree(ilsvrc, changed);
      expect(splits.test!.length).toBe(3);
      expect(problems.map(({ split, image }) => [split, image])).toEqual([
        ["test", "val/ILSVRC2012_val_00000001.JPEG"],
      ]);
      return problems[0]!.problem;
    };
    expect(await problemOf(null)).toBe("has no annotation");
    expect(await problemOf("<annotation>")).toContain("cannot be read: it is no well-formed XML");
    expect(await problemOf("<annotation></annotation>")).toBe("has no object in it");
    const box = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox>";
    const objects = ["a", "b"].map((name) => `<object><name>${name}</name>${box}</object>`).join("");
    expect(await problemOf(`<annotation>${objects}</annotation>`)).toBe("has objects of several classes, 'a' and 'b'");
  });

  test("takes labels and boxes from the reference evaluator's metadata where there are no annotations", async () => {
    const images = Object.entries(tree).filter(([path]) => !path.endsWith(".xml"));
    const name = (index: number) => `val/ILSVRC2012_val_0000000${index}.JPEG`;
    const metadata = {
      "metadata/ILSVRC/test/class_labels.txt": `${name(1)},1\n${name(2)},0\n${name(3)},1\n`,
      "metadata/ILSVRC/test/localization.txt": `${name(1)},3,4,30,20\n${name(2)},0,0,35,27\n${name(3)},1,2,3,4\n${name(3)},5,6,7,8\n`,
      "metadata/ILSVRC/val/localization.txt": "other,1,2,3,4\n",
    };
    const { classes, splits, problems } = await readTree(ilsvrc, { ...Object.fromEntries(images), ...metadata });
    expect(classes).toEqual(["n01440764", "n02105855"]);
    expect(splits.test!.map(({ id, labels, boxes }) => [id, ...labels, boxes])).toEqual([
      [name(1), 1, [{ box: [3, 4, 30, 20] }]],
      [name(2), 0, [{ box: [0, 0, 35, 27] }]],
      [name(3), 1, [{ box: [1, 2, 3, 4] }, { box: [5, 6, 7, 8] }]],
    ]);
    expect(problems).toEqual([{ split: "test", image: name(4), problem: "has no annotation" }]);
    const broken = (file: string, text: string) =>
      caught(() =>
        readTree(ilsvrc, { ...Object.fromEntries(images), ...metadata, [`metadata/ILSVRC/test/${file}`]: text }),
      );
    expect((await broken("class_labels.txt", `${name(1)},2\n`)).message).toContain(
      "class_labels.txt:1: expected a label from 0 to 1",
    );
    expect((await broken("localization.txt", "nobody,1,2,3,4\n")).message).toContain(
      "localization.txt:1: expected 'id,x0,y0,x1,y1'",
    );
  });

  test.each([
    ["ILSVRC2012_img_train.tar", "train"],
    ["train/n01440764.tar", "train/n01440764"],
    ["sets/ILSVRC2012_img_val.tar", "sets/val"],
    ["ILSVRC2012_bbox_val_v3.tgz", "Annotations"],
    ["imagenet_object_localization_patched2019.tar.gz", ""],
    ["ILSVRC2012_bbox_train_v2.tar.gz", null],
    ["ILSVRC2012_img_test_v10102019.tar", null],
    ["ILSVRC2012_devkit_t12.tar.gz", null],
    ["ILSVRC2012_img_train_t3.tar", null],
    ["from-kaggle.zip", ""],
  ])("opens %s at %j", (archive, place) => {
    expect(ilsvrc.mount!(archive)).toBe(place);
  });
});
