import { isBadImage, problemOfImage } from "../../../../lib/data/images/bad-image";
import { WsolError } from "../../../../lib/errors";

const imageError = (problem: string) => new WsolError("ERR_WSOL_IMAGE", "bad", { details: { problem } });

test.each(["missing", "unreadable", "empty", "kind", "damaged", "cmyk", "too-large"])(
  "an image that is %s may be left out",
  (problem) => {
    expect([problemOfImage(imageError(problem)), isBadImage(imageError(problem))]).toEqual([problem, true]);
  },
);

test("an image of another size than the metadata says may be left out", () => {
  expect(isBadImage(new WsolError("ERR_WSOL_DATA", "size", { details: { problem: "size" } }))).toBe(true);
});

test("a failure of the system is no fault of the image, so that which images are left out follows from the data alone", () => {
  expect([problemOfImage(imageError("system")), isBadImage(imageError("system"))]).toEqual(["system", false]);
});

test("an error of anything else leaves no image out", () => {
  const others = [
    new Error("bad"),
    new WsolError("ERR_WSOL_DATA", "a line"),
    new WsolError("ERR_WSOL_OUT_OF_MEMORY", "full", { details: { problem: "damaged" } }),
    "aborted",
    undefined,
  ];
  expect(others.map(isBadImage)).toEqual(others.map(() => false));
});
