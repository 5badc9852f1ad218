import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import { TrueBoxes } from "../../../lib/data/true-boxes";
import { caught } from "../../support/caught";
import { removeTemporaryFolders, splitFiles, writeLayout } from "./layout";

afterAll(removeTemporaryFolders);

async function boxesWith(sizes: string): Promise<[boxes: TrueBoxes, root: string]> {
  const fixture = (name: string) => readFile(join(__dirname, "images", "fixtures", name));
  const root = await writeLayout({
    ...splitFiles({
      "image_sizes.txt": sizes,
      "localization.txt": "a/1.jpg,1,2,9,6\nb/2.jpg,0,0,5,5\nb/2.jpg,6,6,7,7\n",
    }),
    "images/a/1.jpg": await fixture("rgb-exif-turned.jpg"),
    "images/b/2.jpg": await fixture("rgb-420.jpg"),
  });
  return [new TrueBoxes(await Dataset.open(root)), root];
}

describe("TrueBoxes.upright", () => {
  test("turns the boxes of an image with an EXIF orientation, and no others", async () => {
    const [boxes, root] = await boxesWith("a/1.jpg,21,14\nb/2.jpg,21,14\n");
    // A quarter turn clockwise: (x, y) of 21 x 14 comes to (13 - y, x).
    expect(await boxes.upright(join(root, "images", "a", "1.jpg"))).toEqual([[7, 1, 11, 9]]);
    expect(await boxes.upright(join(root, "images", "b", "2.jpg"))).toEqual([
      [0, 0, 5, 5],
      [6, 6, 7, 7],
    ]);
    expect(await boxes.upright(join(root, "images", "c.jpg"))).toBeNull();
  });

  test("rejects an image whose size is not the one in the metadata", async () => {
    const [boxes, root] = await boxesWith("a/1.jpg,14,21\nb/2.jpg,21,14\n");
    expect(await caught(() => boxes.upright(join(root, "images", "a", "1.jpg")))).toMatchObject({
      code: "ERR_WSOL_DATA",
      details: { image: "a/1.jpg" },
    });
  });
});
