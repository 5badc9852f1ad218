import { foregroundOf, masksOfImages } from "../../../../../lib/data/prepare/folder/mask-files";
import { sortFiles } from "../../../../../lib/data/prepare/folder/sort-files";
import { decodeGreyPng } from "../../../../../lib/formats/png";
import { caught } from "../../../../support/caught";
import { madeUpPng } from "../../../../support/made-up-png";

const { images } = sortFiles("photos", [
  "test/cat/1.jpg",
  "test/cat/face_mask.jpg",
  "test/dog/1.png",
  "test/dog/2.jpg",
]);
const find = (...masks: string[]) => masksOfImages("masks", masks, images);

test("masks have the image's path, perhaps shortened from the front, in one of three endings", () => {
  const found = find("test/cat/1.png", "cat/face_mask.png", "dog/1.png.png", "2_mask.png", "readme.png");
  expect(found.paths).toEqual(["test/cat/1.png", "cat/face_mask.png", "dog/1.png.png", "2_mask.png"]);
  expect(found.others).toEqual(["readme.png"]);
});

test.each([
  ["of several images", ["1.png"], "the mask '1.png' in 'masks' may be of several images"],
  [
    "twice",
    ["cat/1.png", "cat/1_mask.png"],
    "expected one mask of 'test/cat/1.jpg' in 'masks', got 'cat/1.png' and 'cat/1_mask.png'",
  ],
  ["of no image", ["a/9.png"], "expected masks named like the images ('test/cat/1.png') in 'masks', got 'a/9.png'"],
  ["nowhere", [], "got no PNG"],
])("refuses masks %s", async (_, masks, message) => {
  const error = await caught(() => find(...masks));
  expect(error.code).toBe("ERR_WSOL_DATA");
  expect(error.message).toContain(message);
});

test.each([
  ["grey", { colour: 0, depth: 8, samples: [0, 1, 255] }],
  ["grey of 16 bits", { colour: 0, depth: 16, samples: [0, 1, 256] }],
  ["1 bit", { colour: 0, depth: 1, samples: [0, 1, 1] }],
  ["2 bits", { colour: 0, depth: 2, samples: [0, 1, 3] }],
  ["a palette of dark colours", { colour: 3, depth: 8, samples: [0, 1, 2], palette: [9, 9, 9, 0, 0, 0, 0, 0, 1] }],
  ["RGB", { colour: 2, depth: 8, samples: [0, 0, 0, 0, 0, 1, 9, 0, 0] }],
  ["RGBA, whose alpha does not count", { colour: 6, depth: 8, samples: [0, 0, 0, 255, 0, 1, 0, 0, 1, 0, 0, 9] }],
  ["grey with alpha", { colour: 4, depth: 8, samples: [0, 255, 1, 0, 7, 7] }],
])("what is not 0 is foreground: %s", async (_, png) => {
  const mask = await foregroundOf(madeUpPng({ width: 3, height: 1, ...png }), [3, 1]);
  expect([...(await decodeGreyPng(mask)).data]).toEqual([0, 255, 255]);
});

test("a mask of another size than its image is refused with both", async () => {
  const png = madeUpPng({ width: 3, height: 1, colour: 0, depth: 8, samples: [0, 1, 2] });
  await expect(foregroundOf(png, [1, 3])).rejects.toMatchObject({
    name: "FormatProblem",
    message: "is 3x1 pixels, its image 1x3",
  });
});
