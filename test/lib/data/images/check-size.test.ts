import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import { checkSize } from "../../../../lib/data/images/check-size";
import { caught } from "../../../support/caught";
import { removeTemporaryFolders, splitFiles, writeLayout } from "../layout";

afterAll(removeTemporaryFolders);

/** The error for an image of 21 x 14 whose metadata gives another size. */
async function refusal(image: string, size: string) {
  const root = await writeLayout({
    ...splitFiles({ "image_sizes.txt": `a/1.jpg,${size}\nb/2.jpg,40,50\n`, "localization.txt": null }),
    "images/a/1.jpg": await readFile(join(__dirname, "fixtures", image)),
  });
  const error = await caught(async () => checkSize((await Dataset.open(root)).split("test"), 0, [21, 14]));
  return { ...error, message: error.message.replace(root, "ROOT"), code: error.code, fix: error.fix };
}

describe("checkSize", () => {
  test("passes the image's own size, and a split without sizes", async () => {
    const passes = async (sizes: string | null) => {
      const root = await writeLayout(splitFiles({ "image_sizes.txt": sizes, "localization.txt": null }));
      await expect(checkSize((await Dataset.open(root)).split("test"), 0, [30, 20])).resolves.toBeUndefined();
    };
    await passes("a/1.jpg,30,20\nb/2.jpg,40,50\n");
    await passes(null);
  });

  test("rejects a tenfold size, naming the image, both sizes and the line to write", async () => {
    expect(await refusal("rgb-420.jpg", "210,140")).toMatchObject({
      code: "ERR_WSOL_DATA",
      message:
        "expected 21 x 14, the image's own width and height, for 'a/1.jpg' in 'ROOT/metadata/test/image_sizes.txt', got 210 x 140",
      details: { image: "a/1.jpg", expected: [21, 14], got: [210, 140] },
      fix: "The file is of another size than the metadata says. Write 'a/1.jpg,21,14', and see that the boxes are in these pixels.",
    });
  });

  test("says when width and height are swapped", async () => {
    const { message, fix } = await refusal("rgb-420.jpg", "14,21");
    expect(message).toMatch(/got 14 x 21, which is swapped$/);
    expect(fix).toMatch(/^The order is id,width,height\. Write 'a\/1\.jpg,21,14'/);
  });

  test("says when they are swapped because the image has an EXIF turn", async () => {
    const { fix } = await refusal("rgb-exif-turned.jpg", "14,21");
    expect(fix).toMatch(
      /^Sizes and boxes are those of the image as stored, without its EXIF orientation \(6\)\. Write/,
    );
  });
});
