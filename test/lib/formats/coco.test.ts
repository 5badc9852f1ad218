import { readCoco } from "../../../lib/formats/coco";
import { chunksOf } from "../../support/chunks";

const read = (value: unknown, size?: number) =>
  readCoco(chunksOf(typeof value === "string" ? value : JSON.stringify(value), size));
const IMAGE = { id: 7, file_name: "a/1.jpg", width: 40, height: 30 };
const BOX = { id: 1, image_id: 7, category_id: 3, bbox: [1.5, 2, 10, 5.25], iscrowd: 0 };
const CATEGORY = { id: 3, name: "cat", supercategory: "animal" };

test("reads boxes with their image and category, whatever the order of the members", async () => {
  for (const value of [
    {
      info: {},
      images: [IMAGE, { id: "x", file_name: "b.jpg" }],
      annotations: [BOX, { ...BOX, image_id: "x" }],
      categories: [CATEGORY],
    },
    {
      categories: [CATEGORY],
      annotations: [BOX, { ...BOX, image_id: "x" }],
      images: [IMAGE, { id: "x", file_name: "b.jpg" }],
    },
  ]) {
    const file = await read(value, 11);
    expect(file.categories).toEqual(["cat"]);
    expect([...file.boxes()]).toEqual([
      { image: { file: "a/1.jpg", size: [40, 30] }, category: "cat", x: 1.5, y: 2, width: 10, height: 5.25, index: 0 },
      { image: { file: "b.jpg", size: null }, category: "cat", x: 1.5, y: 2, width: 10, height: 5.25, index: 1 },
    ]);
  }
});

test("leaves out and counts crowds and annotations without a box; a category may be missing", async () => {
  const { category_id: _, ...bare } = BOX;
  const annotations = [{ ...BOX, iscrowd: 1 }, { ...BOX, bbox: undefined }, { ...BOX, bbox: [] }, bare];
  const file = await read({ images: [IMAGE], annotations, categories: [CATEGORY] });
  expect([file.crowds, file.withoutBox]).toEqual([1, 2]);
  expect([...file.boxes()].map(({ category, index }) => [category, index])).toEqual([[null, 3]]);
});

const whole = (changes: object) => ({ images: [IMAGE], annotations: [BOX], categories: [CATEGORY], ...changes });

test.each([
  ["no images", { annotations: [BOX] }, "it has no 'images'"],
  ["no annotations", { images: [IMAGE], annotations: [] }, "it has no 'annotations'"],
  ["an image without a name", whole({ images: [{ id: 7 }] }), "images[0] has no 'file_name'"],
  ["an image that is no object", whole({ images: [[7]] }), "images[0] is no object"],
  ["two images of one id", whole({ images: [IMAGE, IMAGE] }), "images[1] has the 'id' 7 of an earlier one"],
  ["an id that is a fraction", whole({ images: [{ ...IMAGE, id: 1.5 }] }), "images[0] has no 'id'"],
  ["a size of 0", whole({ images: [{ ...IMAGE, width: 0 }] }), "images[0] has no whole 'width' and 'height' above 0"],
  [
    "a box of an unknown image",
    whole({ annotations: [{ ...BOX, image_id: 8 }] }),
    "annotations[0] has the 'image_id' 8, which 'images' lacks",
  ],
  [
    "a box of an unknown category",
    whole({ categories: [] }),
    "annotations[0] has the 'category_id' 3, which 'categories' lacks",
  ],
  ["three numbers", whole({ annotations: [{ ...BOX, bbox: [1, 2, 3] }] }), "four finite numbers"],
  ["numbers as text", whole({ annotations: [{ ...BOX, bbox: ["1", 2, 3, 4] }] }), "four finite numbers"],
  ["an id from the prototype", whole({ annotations: [{ ...BOX, image_id: "constructor" }] }), "which 'images' lacks"],
])("refuses %s", async (_, value, message) => {
  await expect(read(value)).rejects.toMatchObject({ name: "FormatProblem", message: expect.stringContaining(message) });
});

test("a number beyond the largest is refused as not finite", async () => {
  const text = JSON.stringify(whole({})).replace("10,5.25", "1e999,5");
  await expect(read(text)).rejects.toThrow("four finite numbers");
});
