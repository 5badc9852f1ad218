import { ImagePaths } from "../../../../../lib/data/prepare/folder/image-paths";

const PATHS = ["train/cat/1.jpg", "train/dog/1.jpg", "test/cat/2.jpg", "test/cat/sub/caf\u00e9.jpg"];

test.each([
  ["the whole path", "train/dog/1.jpg", 1],
  ["with ./ before it", "./train/dog/1.jpg", 1],
  ["with Windows' separators", "train\\dog\\1.jpg", 1],
  ["its end", "dog/1.jpg", 1],
  ["a name that is the only one", "2.jpg", 2],
  ["letters in parts", "cafe\u0301.jpg", 3],
  ["a path from higher up", "/home/me/photos/test/cat/2.jpg", 2],
  ["a drive's path", "C:\\photos\\test\\cat\\2.jpg", 2],
  ["a name that several have", "1.jpg", "ambiguous"],
  ["a name that none has", "3.jpg", null],
  ["half a name", ".jpg", null],
  ["the path of another root that ends in a name only", "photos/2.jpg", null],
  ["nothing", "", null],
])("finds an image by %s", (_, written, found) => {
  expect(new ImagePaths(PATHS).find(written)).toBe(found);
});

test("names candidates, and never finds a path that is there twice", () => {
  expect(new ImagePaths(PATHS).candidates("1.jpg")).toEqual(["train/cat/1.jpg", "train/dog/1.jpg"]);
  expect(new ImagePaths(["a/1", "a/1"]).find("a/1")).toBe("ambiguous");
});
