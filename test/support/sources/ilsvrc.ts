import { imageBytes, type MadeUpImage } from "./images";
import { below, type Tree, tarOf, tgzOf } from "./tree";

const SIZE = { width: 36, height: 28 } as const;
/** Of train: images of each class; the folder of the second is empty, as after a download that failed. */
const TRAIN: Readonly<Record<string, readonly Partial<MadeUpImage>[]>> = {
  n02105855: [{}, { as: "png" }, { kind: "cmyk" }],
  n01443537: [],
  n01440764: [{}, { kind: "grey" }, { kind: "turned" }],
};
/** Of val: wnid and boxes of each image; the last one's class has no image in train. */
const VAL: readonly (readonly [string, readonly (readonly number[])[]])[] = [
  ["n02105855", [[3, 4, 30, 20]]],
  ["n01440764", [[0, 0, 35, 27]]],
  [
    "n02105855",
    [
      [1, 2, 10, 12],
      [12, 3, 34, 26],
    ],
  ],
  ["n09835506", [[5, 5, 20, 20]]],
];

/** ILSVRC as it comes unpacked from one archive, in miniature; one file called JPEG is a PNG. */
export async function ilsvrcTree(): Promise<Tree> {
  const files: Record<string, string | Uint8Array> = {};
  let seed = 0;
  for (const [wnid, images] of Object.entries(TRAIN)) {
    if (images.length === 0) files[`ILSVRC/Data/CLS-LOC/train/${wnid}/`] = "";
    for (const [index, image] of images.entries()) {
      files[`ILSVRC/Data/CLS-LOC/train/${wnid}/${wnid}_${index * 7 + 3}.JPEG`] = await imageBytes({
        ...SIZE,
        seed: seed++,
        ...image,
      });
    }
  }
  for (const [index, [wnid, boxes]] of VAL.entries()) {
    const name = `ILSVRC2012_val_${String(index + 1).padStart(8, "0")}`;
    files[`ILSVRC/Data/CLS-LOC/val/${name}.JPEG`] = await imageBytes({ ...SIZE, seed: seed++ });
    files[`ILSVRC/Annotations/CLS-LOC/val/${name}.xml`] = annotation(name, wnid, boxes);
  }
  return files;
}

/** As the publishers offer it: a tar of tars, a tar, and a compressed one of the annotations. */
export async function ilsvrcArchives(): Promise<Tree> {
  const tree = await ilsvrcTree();
  const train = below(tree, "ILSVRC/Data/CLS-LOC/train/");
  const classes = await Promise.all(
    Object.keys(TRAIN).map(async (wnid) => [`${wnid}.tar`, await tarOf(below(train, `${wnid}/`))] as const),
  );
  return {
    "ILSVRC2012_img_train.tar": await tarOf(Object.fromEntries(classes)),
    "ILSVRC2012_img_val.tar": await tarOf(below(tree, "ILSVRC/Data/CLS-LOC/val/")),
    "ILSVRC2012_bbox_val_v3.tgz": await tgzOf(below(tree, "ILSVRC/Annotations/CLS-LOC/")),
  };
}

function annotation(name: string, wnid: string, boxes: readonly (readonly number[])[]): string {
  const objects = boxes.map(
    ([xmin, ymin, xmax, ymax]) =>
      `<object><name>${wnid}</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>` +
      `<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`,
  );
  const size = `<size><width>${SIZE.width}</width><height>${SIZE.height}</height><depth>3</depth></size>`;
  return `<annotation><folder>val</folder><filename>${name}</filename>${size}<segmented>0</segmented>${objects.join("")}</annotation>\n`;
}
