import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../lib/data/dataset";
import { caught } from "../support/caught";
import { readSource } from "../support/sources";
import { temporaryFolder } from "../support/temporary-folder";

// docs/data.md: its example is made as it says, and every message that it promises is provoked.

const page = readSource("docs/data.md").text;
const folder = temporaryFolder();
const metadata = (...path: readonly string[]) => join(folder, "birds", "metadata", ...path);

function makeExample(): void {
  const commands = /```sh\n([\s\S]*?)```/.exec(page)![1]!;
  const { status, stderr } = spawnSync("sh", ["-e"], { cwd: folder, input: commands, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}

describe("the example of docs/data.md", () => {
  beforeAll(makeExample);

  test("opens as the page says", async () => {
    const root = join(folder, "birds");
    const { splits, classes, numClasses, split } = await openedExample();
    expect(page).toContain("// [ 'train', 'test' ] [ 'heron', 'kingfisher' ] 2");
    expect({ splits, classes, numClasses }).toEqual({
      ...{ splits: ["train", "test"], classes: ["heron", "kingfisher"], numClasses: 2 },
    });
    expect(split("train")).toMatchObject({ boxes: null, masks: null, sizes: null });
    const found = split("test");
    expect(found.ids).toEqual(["a/2.jpg", "b/2.jpg"]);
    expect([...found.labels]).toEqual([0, 1]);
    expect(found.labelOffsets).toBeNull();
    expect(found.sizes).toEqual(pairs([640, 480], [500, 375]));
    expect(found.boxes).toEqual([pairs([100, 40, 419, 300]), pairs([10, 20, 200, 180], [250, 30, 460, 190])]);
    expect(found.masks).toEqual([
      { instances: ["a/2.png"], ignore: "a/2-unsure.png" },
      { instances: ["b/2-left.png", "b/2-right.png"], ignore: null },
    ]);
    expect(found.imagePath(0)).toBe(join(root, "images", "a/2.jpg"));
  });

  const FAULTS: readonly (readonly [fault: string, file: string, text: string])[] = [
    ["labels count from 1", "class_labels.txt", "a/2.jpg,1\nb/2.jpg,2\n"],
    ["an image listed twice", "image_ids.txt", "a/2.jpg\nb/2.jpg\na/2.jpg\n"],
    ["a line of no image", "localization.txt", "c/2.jpg,1,2,3,4\n"],
    ["x, y, width, height", "localization.txt", "a/2.jpg,1,2,3,4\nb/2.jpg,400,20,200,180\n"],
    ["a box beyond the image", "localization.txt", "a/2.jpg,100,40,641,300\n"],
    ["several labels, and a box that does not say its class", "class_labels.txt", "a/2.jpg,0;1\nb/2.jpg,1\n"],
    ["an image without its box", "localization.txt", "a/2.jpg,1,2,3,4\n"],
    ["boxes without sizes", "image_sizes.txt", ""],
    ["a path out of the folder", "masks.txt", "a/2.jpg,../2.png,\n"],
  ];

  test("has a row for each fault that is tried", () => {
    const rows = [...page.matchAll(/^\| ([^|]+) \| `[^|]+` \|$/gm)].map((match) => match[1]);
    expect(rows).toEqual(FAULTS.map(([fault]) => fault));
  });

  test.each(FAULTS)("refuses %s in the words of the page", async (fault, file, text) => {
    const path = metadata("test", file);
    const sound = readFileSync(path);
    writeFileSync(path, text);
    const error = await caught(openedExample);
    writeFileSync(path, sound);
    expect(error.code).toBe("ERR_WSOL_DATA");
    const words = page.split("\n").find((line) => line.startsWith(`| ${fault} |`))!;
    expect(words).toContain(`\`${error.message.replaceAll(`${metadata("test")}/`, "")}\``);
  });
});

test("docs/data.md is right that the first line tells masks, whose ignore path may be left out", async () => {
  const root = join(folder, "masks-only");
  mkdirSync(join(root, "metadata", "test"), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(root, "metadata", "test", name), text);
  write("image_ids.txt", "a.jpg\n");
  write("class_labels.txt", "a.jpg,0\n");
  write("localization.txt", "a.jpg,left.png\na.jpg,right.png,unsure.png,0\na.jpg,other.png,,1\n");
  const { boxes, masks } = (await Dataset.open(root)).split("test");
  expect(boxes).toBeNull();
  expect(masks).toEqual([{ instances: ["left.png", "right.png"], ignore: "unsure.png" }]);
});

async function openedExample() {
  const data = await Dataset.open(join(folder, "birds"));
  const { splits, classes, numClasses } = data;
  return { splits, classes, numClasses, split: (name: string) => data.split(name) };
}

/** Tuples on one line. */
function pairs(...tuples: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return tuples;
}
