import { boxesOfImages } from "../../../../../../lib/data/prepare/folder/boxes/boxes-of-images";
import { readCocoBoxes } from "../../../../../../lib/data/prepare/folder/boxes/read-coco-boxes";
import { readCsvBoxes } from "../../../../../../lib/data/prepare/folder/boxes/read-csv-boxes";
import { sortFiles } from "../../../../../../lib/data/prepare/folder/sort-files";
import { caught } from "../../../../../support/caught";
import { chunksOf } from "../../../../../support/chunks";

const { images } = sortFiles("photos", ["cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/3.jpg"]);
const SIZE = [40, 30] as const;
const csv = (text: string) => boxesOfImages("boxes.csv", readCsvBoxes(chunksOf(text)), images);

async function boxes(text: string): Promise<(readonly number[])[][]> {
  const found = await csv(text);
  return images.map((_, position) => [...found.at(position, SIZE).boxes]);
}

test("gives each image its boxes, by path or by a name that is the only one", async () => {
  expect(
    await boxes("image,x0,y0,x1,y1\ncat/1.jpg,1,2,3,4\n3.jpg,0,0,39,29\ncat\\1.jpg,5,5,6.5,7\n2.jpg,,,,\n"),
  ).toEqual([
    [
      [1, 2, 3, 4],
      [5, 5, 6.5, 7],
    ],
    [],
    [],
    [[0, 0, 39, 29]],
  ]);
});

test("a side of 1 ends where it begins, one of the image's width at its last column", async () => {
  expect(await boxes("image,x,y,w,h\n2.jpg,3,4,1,1\n3.jpg,0,0,40,30\n3.jpg,2,2,.5,2\n")).toEqual([
    [],
    [[3, 4, 3, 4]],
    [],
    [
      [0, 0, 39, 29],
      [2, 2, 2, 3],
    ],
  ]);
});

test("clips and counts what reaches beyond the image, and names what has nothing in it", async () => {
  const found = await csv(
    "2.jpg,-5,3,10,99\n2.jpg,0,0,40,30\n2.jpg,7,7,3,9\n2.jpg,40,0,50,5\n2.jpg,-9,-9,-1,-1\n2.jpg,1,1,2,2\n",
  );
  expect(found.at(1, SIZE)).toEqual({
    boxes: [
      [0, 3, 10, 29],
      [0, 0, 39, 29],
      [1, 1, 2, 2],
    ],
    clipped: 2,
    problems: [
      "has a box 7,7,3,9 that ends before it begins (line 3)",
      "has a box 40,0,50,5 that lies outside the image of 40x30 pixels (line 4)",
      "has a box -9,-9,-1,-1 that lies outside the image of 40x30 pixels (line 5)",
    ],
  });
});

test("a stated size must be the stored one; where it is turned, the message says what to do", async () => {
  const found = await csv(
    "filename,width,height,class,xmin,ymin,xmax,ymax\n2.jpg,30,40,cat,1,1,2,2\n3.jpg,80,60,dog,1,1,2,2\n",
  );
  expect(found.at(1, SIZE).problems).toEqual([
    "is 40x30 pixels as stored, for the boxes 30x40 (line 2); turn the stored image upright first",
  ]);
  expect(found.at(3, SIZE).problems).toEqual(["is 40x30 pixels as stored, for the boxes 80x60 (line 3)"]);
});

test("boxes of other classes and of images that are not there are left out, with a note", async () => {
  const found = await csv(
    "image,x0,y0,x1,y1,class\n2.jpg,1,1,2,2,cat\n2.jpg,3,3,4,4,person\n3.jpg,1,1,2,2,\nx.jpg,1,1,2,2,cat\ny.jpg,1,1,2,2,dog\n",
  );
  expect(images.map((_, position) => found.at(position, SIZE).boxes.length)).toEqual([0, 1, 0, 1]);
  expect(found.notes).toEqual([
    "2 boxes of 2 images that are not there left out: 'x.jpg', 'y.jpg'",
    "1 box of a class other than the image's left out: 'person'",
  ]);
});

test("one class name for all boxes that is no class here says nothing of classes", async () => {
  const found = await csv("image,x0,y0,x1,y1,label\n2.jpg,1,1,2,2,object\n3.jpg,1,1,2,2,object\n");
  expect([found.has(1), found.has(3), found.has(0)]).toEqual([true, true, false]);
  expect(found.notes).toEqual([
    "all boxes are of 'object', which is no class here: taken as boxes of their image's class",
  ]);
});

test.each([
  [
    "a name that several images have",
    "1.jpg,1,2,3,4\n",
    "'boxes.csv' (line 1): '1.jpg' may be any of cat/1.jpg, dog/1.jpg",
  ],
  [
    "boxes of no image",
    "9.jpg,1,2,3,4\n",
    "expected boxes of images such as 'cat/1.jpg' in 'boxes.csv', got 1 box of an image that is not there left out: '9.jpg'",
  ],
  ["no box at all", "image,x0,y0,x1,y1\n", "got no box at all"],
  [
    "fractions of the sides",
    "2.jpg,0.1,.2,0.5,1\n3.jpg,0,0,0.25,0.5\n",
    "expected boxes in pixels in 'boxes.csv', got fractions of the images' sides",
  ],
])("refuses %s", async (_, text, message) => {
  const error = await caught(() => csv(text));
  expect(error.code).toBe("ERR_WSOL_DATA");
  expect(error.message).toContain(message);
});

test.each([
  [
    "another number of fields",
    "2.jpg,1,2,3,4\n2.jpg,1,2,3\n",
    "expected 5 fields as in the first line, got 4 (line 2)",
  ],
  ["a word for a number", "image,x0,y0,x1,y1\n2.jpg,1,2,three,4\n", 'expected a number, got "three" (line 2)'],
  ["a number beyond the largest", "image,x0,y0,x1,y1\n2.jpg,1,2,3,1e999\n", 'expected a number, got "1e999" (line 2)'],
  ["three coordinates", "image,x0,y0,x1,y1\n2.jpg,1,2,3,\n", 'expected a number, got "" (line 2)'],
  ["a comma for a point", "image;x0;y0;x1;y1\n2.jpg;1,5;2;3;4\n", 'expected a number, got "1,5" (line 2)'],
  ["no image", "image,x0,y0,x1,y1\n,1,2,3,4\n", "expected an image, got an empty field (line 2)"],
  ["nothing", "", "it is empty"],
])("refuses a CSV file with %s", async (_, text, message) => {
  await expect(csv(text)).rejects.toMatchObject({ name: "FormatProblem", message });
});

test("COCO's boxes end at x + width - 1; what is left out is noted", async () => {
  const annotations = [
    { image_id: 1, category_id: 5, bbox: [1, 2, 10, 5] },
    { image_id: 1, category_id: 6, bbox: [1, 2, 10, 5] },
    { image_id: 1, category_id: 5, bbox: [1, 2, 10, 5], iscrowd: 1 },
    { image_id: 1, category_id: 5, segmentation: [] },
  ];
  const categories = [
    { id: 5, name: "cat" },
    { id: 6, name: "dog" },
  ];
  const text = JSON.stringify({
    images: [{ id: 1, file_name: "2.jpg", width: 40, height: 30 }],
    annotations,
    categories,
  });
  const notes: string[] = [];
  const found = await boxesOfImages("coco.json", readCocoBoxes(chunksOf(text), notes), images);
  expect(found.at(1, SIZE)).toEqual({ boxes: [[1, 2, 10, 6]], clipped: 0, problems: [] });
  expect(notes).toEqual(["1 box of crowds (iscrowd) left out", "1 annotation without a bbox left out"]);
});
