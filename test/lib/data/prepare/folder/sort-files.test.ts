import { sortFiles } from "../../../../../lib/data/prepare/folder/sort-files";
import { caught } from "../../../../support/caught";

const sort = (...paths: string[]) => sortFiles("photos", paths);
const places = (...paths: string[]) =>
  sort(...paths).images.map(({ idPath, className, name, split }) => [idPath, className, name, split]);

test("class folders: sub-folders belong to the class, names are sorted by code point", () => {
  const sorted = sort("ﬁsh/1.jpg", "🐟/a b.png", "bird/2024/x.JPG", "Zebra/1.webp", "bird/1.jpeg");
  expect(sorted.classes).toEqual(["Zebra", "bird", "ﬁsh", "🐟"]);
  expect(sorted.images.map(({ path, className, name }) => [path, className, name])).toEqual([
    ["Zebra/1.webp", "Zebra", "1.webp"],
    ["bird/1.jpeg", "bird", "1.jpeg"],
    ["bird/2024/x.JPG", "bird", "2024/x.JPG"],
    ["ﬁsh/1.jpg", "ﬁsh", "1.jpg"],
    ["🐟/a b.png", "🐟", "a b.png"],
  ]);
  expect(sorted.images.every(({ split }) => split === null)).toBe(true);
  expect(sorted.notes).toEqual([]);
});

test("split folders under all their names, said where the name is another", () => {
  const sorted = sort("Training/cat/1.jpg", "valid/dog/sub/2.jpg", "test/cat/3.jpg");
  expect(sorted.images.map(({ idPath, className, name, split }) => [idPath, className, name, split])).toEqual([
    ["Training/cat/1.jpg", "cat", "1.jpg", "train"],
    ["test/cat/3.jpg", "cat", "3.jpg", "test"],
    ["valid/dog/sub/2.jpg", "dog", "sub/2.jpg", "val"],
  ]);
  expect(sorted.classes).toEqual(["cat", "dog"]);
  expect(sorted.notes).toEqual(["the folder 'Training' is the train split", "the folder 'valid' is the val split"]);
});

test("a class may be called like a split: beside other classes, or with images directly below", () => {
  expect(places("train/1.jpg", "bus/1.jpg")).toEqual([
    ["bus/1.jpg", "bus", "1.jpg", null],
    ["train/1.jpg", "train", "1.jpg", null],
  ]);
  expect(places("train/old/1.jpg", "bus/old/1.jpg").map(([, className]) => className)).toEqual(["bus", "train"]);
});

test("two folders of one split are refused by their names", async () => {
  const error = await caught(() => sort("val/a/1.jpg", "validation/a/1.jpg"));
  expect(error).toMatchObject({ code: "ERR_WSOL_DATA" });
  expect(error.message).toContain("expected one folder for the val split in 'photos', got 'val' and 'validation'");
});

test("a folder around everything is looked through, one around the only class's sub-folders too", () => {
  const sorted = sort("My photos/v2/cat/1.jpg", "My photos/v2/dog/1.jpg", "My photos/readme.txt");
  expect(sorted.images.map(({ path, idPath }) => [path, idPath])).toEqual([
    ["My photos/v2/cat/1.jpg", "cat/1.jpg"],
    ["My photos/v2/dog/1.jpg", "dog/1.jpg"],
  ]);
  expect(sorted.notes).toEqual(["everything lies in the folder 'My photos/v2'"]);
  expect(places("set/train/cat/1.jpg", "set/train/dog/1.jpg").map(([idPath, , , split]) => [idPath, split])).toEqual([
    ["train/cat/1.jpg", "train"],
    ["train/dog/1.jpg", "train"],
  ]);
  // A single split is no folder around everything.
  expect(places("train/cat/1.jpg", "train/dog/1.jpg").map(([idPath]) => idPath)).toEqual([
    "train/cat/1.jpg",
    "train/dog/1.jpg",
  ]);
});

test("hidden files and what file managers leave are ignored, all others named", () => {
  const sorted = sort(
    ...[
      "cat/1.jpg",
      "dog/1.jpg",
      "cat/.1.jpg",
      ".git/2.jpg",
      "cat/Thumbs.db",
      "__MACOSX/cat/._1.jpg",
      "cat/desktop.ini",
    ],
    ...["notes.txt", "cat/1.xml", "loose.jpg", "dog/clip.mp4"],
  );
  expect(sorted.images.map(({ path }) => path)).toEqual(["cat/1.jpg", "dog/1.jpg"]);
  expect(sorted.others).toEqual(["cat/1.xml", "dog/clip.mp4", "loose.jpg", "notes.txt"]);
});

test("one class in two spellings of its letters is one class", () => {
  const sorted = sort("train/caf\u00e9/1.jpg", "test/cafe\u0301/1.jpg", "train/tea/1.jpg");
  expect(sorted.classes).toEqual(["caf\u00e9", "tea"]);
  expect(sorted.images.map(({ idPath }) => idPath)).toContain("test/cafe\u0301/1.jpg");
});

test.each([
  ["nothing", [], "got no image at all"],
  ["no image", ["cat/1.txt"], "got no image at all"],
  ["images in no folder", ["1.jpg", "2.jpg"], "got images in no folder only"],
])("a source with %s is refused", async (_, paths, message) => {
  const error = await caught(() => sort(...paths));
  expect(error.code).toBe("ERR_WSOL_DATA");
  expect(error.message).toContain(message);
});
