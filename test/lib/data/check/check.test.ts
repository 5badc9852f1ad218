import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CheckReport, check } from "../../../../lib/data/check/check";
import { KINDS } from "../../../../lib/data/check/kinds";
import { renderCheck } from "../../../../lib/data/check/render";
import { writeBrokenData } from "../../../support/broken-data";
import { caught } from "../../../support/caught";
import { makeMultiLabel } from "../../../support/multi-label-data";
import { temporaryFolder } from "../../../support/temporary-folder";
import { tinyDataset } from "../../../support/tiny-data";

// No addon is there: a check needs none.
jest.mock("../../../../lib/native/load-torch", () => {
  throw new Error("a check loads no LibTorch");
});
jest.mock("../../../../lib/native/load-metrics", () => {
  throw new Error("a check loads no addon");
});

const folder = temporaryFolder();
const broken = join(folder, "broken");
let sound: string;
let report: CheckReport;

beforeAll(async () => {
  sound = await tinyDataset(folder);
  await writeBrokenData(broken);
  report = await check(broken);
}, 60_000);

/** `split image: detail` of each item, by kind. */
function found({ findings }: CheckReport): Record<string, string[]> {
  const lines = findings.map(({ kind, items }) => [
    kind,
    items.map(({ split, image, detail }) => `${split ?? "-"} ${image ?? "-"}: ${detail}`),
  ]);
  return JSON.parse(JSON.stringify(Object.fromEntries(lines)).replaceAll(`${broken}/`, ""));
}

describe("a data set with everything wrong", () => {
  test("has each fault found once, and nothing else", () => {
    expect(found(report)).toEqual({
      metadata: [
        'train -: metadata/train/class_labels.txt:13: expected a 0-based integer label, or several as 0;3, got "unlabelled.png,heron"',
      ],
      "box-refused": [
        'test reversed.png: metadata/test/localization.txt:3: expected a box with x0 <= x1 and y0 <= y1, got "reversed.png,30,2,20,30"',
        'test outside.png: metadata/test/localization.txt:4: expected a box inside the image of 40x40 pixels, got "outside.png,1,2,20,41"',
      ],
      "image-missing": ["train gone.png: does not exist"],
      "image-unreadable": ["train folder.png: is not a file"],
      "image-empty": ["train empty.png: is empty (0 bytes)"],
      "image-kind": ["train text.png: is not a JPEG, PNG or WebP image"],
      "image-damaged": [expect.stringMatching(/^train truncated\.jpg: cannot be decoded: .*premature end/i)],
      "image-cmyk": ["train cmyk.jpg: is CMYK"],
      "image-size": ["train swapped.png: is 40 x 50, image_sizes.txt says 50 x 40, which is swapped"],
      "mask-missing": [
        "test both.png: 'gone-ignore.png' does not exist",
        "test recoded.png: 'gone.png' does not exist",
      ],
      "mask-unreadable": [expect.stringMatching(/^test reversed\.png: 'damaged\.png' cannot be read: /)],
      "image-in-two-splits": ["test both.png: is in train too"],
      "same-picture-in-two-splits": ["test recoded.png: same pixels as 'sound.png' of train"],
      "same-picture-other-label": [
        "train again.png: label 1, 'sound.png' of train has 0",
        "test recoded.png: label 0, 'again.png' of train has 1",
      ],
      "same-picture-twice": ["train again.png: same bytes as 'sound.png' of train"],
      "class-untrained": ["- -: class 2 'owl': 1 image in test", "- -: class 3 'wren': no image in any split"],
      "image-small": ["train small.png: is 40 x 31"],
      "box-thin": ["test thin.png: 5,2,5,30"],
      "mask-empty": ["test outside.png: 'empty.png' has no foreground"],
      "mask-full": ["test thin.png: 'full.png' is foreground alone"],
      "mask-size": ["test whole.png: 'larger.png' is 80 x 40, the image 40 x 40"],
      "box-whole": ["test whole.png: 0,0,39,39"],
      "image-turned": ["train turned.jpg: has orientation 6, is stored as 40 x 50"],
      "file-unused": ["- deep/unused.png: is in no split", "- folder.png/inside.png: is in no split"],
    });
  });

  test("is counted by split, by class and by severity", () => {
    expect(report.splits).toEqual([
      {
        split: "train",
        images: 13,
        decoded: 8,
        boxes: null,
        masks: null,
        smallest: [40, 31],
        largest: [40, 50],
      },
      { split: "test", images: 7, decoded: 7, boxes: 5, masks: 7, smallest: [40, 40], largest: [40, 40] },
    ]);
    expect(report.classes).toEqual([
      { label: 0, name: "heron", images: { train: 11, test: 6 } },
      { label: 1, name: "kingfisher", images: { train: 1, test: 0 } },
      { label: 2, name: "owl", images: { train: 0, test: 1 } },
      { label: 3, name: "wren", images: { train: 0, test: 0 } },
    ]);
    const { findings, counts } = report;
    const items = (severity: string) =>
      findings.filter((finding) => finding.severity === severity).reduce((sum, { items: all }) => sum + all.length, 0);
    expect(counts).toEqual({ error: items("error"), warning: items("warning"), note: items("note") });
    expect(counts.error).toBe(13);
  });

  test("is listed in the order of the table of kinds, errors first", () => {
    const order = Object.keys(KINDS);
    const places = report.findings.map(({ kind }) => order.indexOf(kind));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const severities = Object.values(KINDS).map(({ severity }) => ["error", "warning", "note"].indexOf(severity));
    expect(severities).toEqual(severities.toSorted((a, b) => a - b));
  });

  test("is rendered as counts, then findings with the first few named", () => {
    const text = renderCheck(report);
    expect(text).toContain("  split  images  decoded  boxes  masks  smallest  largest\n");
    expect(text).toContain("  3 wren            0     0\n");
    expect(text).toContain("errors: training or evaluation would stop\n");
    expect(text).toContain("  images of 0 bytes: 1\n      train  empty.png  is empty (0 bytes)\n");
    expect(text.trimEnd().split("\n").at(-1)).toBe("13 errors, 12 warnings, 4 notes");
  });

  test("has CMYK images as a note where they will be converted", async () => {
    const converted = found(await check(broken, { cmyk: "convert" }));
    expect(converted["image-cmyk"]).toBeUndefined();
    expect(converted["image-cmyk-converted"]).toEqual(["train cmyk.jpg: is CMYK"]);
  });

  test("gives the same report with one worker", async () => {
    expect(await check(broken, { workers: 1 })).toEqual(report);
  });
});

describe("a sound data set", () => {
  test("has nothing found, and its images counted", async () => {
    const progress: number[][] = [];
    const clean = await check(sound, { onProgress: (done, total) => progress.push([done, total]) });
    expect(clean.findings).toEqual([]);
    expect(clean.counts).toEqual({ error: 0, warning: 0, note: 0 });
    expect(clean.splits.map(({ split, images, decoded }) => [split, images, decoded])).toEqual([
      ["train", 25, 25],
      ["val", 6, 6],
      ["test", 9, 9],
    ]);
    expect(progress).toEqual(Array.from({ length: 40 }, (_, at) => [at + 1, 40]));
  });
});

let copies = 0;
async function spoiled(spoil: (root: string) => void): Promise<Record<string, string[]>> {
  const root = join(folder, `spoiled-${copies++}`);
  cpSync(sound, root, { recursive: true });
  spoil(root);
  return found(await check(root));
}

describe("a data set that cannot be trained on", () => {
  test("says that there is no train split", async () => {
    const { "no-training": reasons } = await spoiled((root) =>
      rmSync(join(root, "metadata", "train"), { recursive: true }),
    );
    expect(reasons).toEqual(["- -: there is no train split"]);
  });

  test("says that there is one class, or one image", async () => {
    const { "no-training": reasons } = await spoiled((root) => {
      const write = (name: string, text: string) => writeFileSync(join(root, "metadata", "train", name), text);
      for (const split of ["val", "test"]) rmSync(join(root, "metadata", split), { recursive: true });
      writeFileSync(join(root, "metadata", "classes.txt"), "fish\n");
      write("image_ids.txt", "only.png\n");
      write("class_labels.txt", "only.png,0\n");
      for (const name of ["image_sizes.txt", "localization.txt", "masks.txt"]) write(name, "");
    });
    expect(reasons).toEqual([
      "- -: expected at least 2 classes, got 1",
      "- -: expected at least 2 training images, got 1",
    ]);
  });

  test("goes on with the other splits where one cannot be read", async () => {
    const { metadata, ...others } = await spoiled((root) =>
      writeFileSync(join(root, "metadata", "val", "image_ids.txt"), ""),
    );
    expect(metadata).toHaveLength(1);
    expect(metadata![0]).toContain("image_ids.txt', found none: the split is empty");
    expect(Object.keys(others)).toEqual(["file-unused"]);
  });

  test("says that no mask of a split has foreground", async () => {
    const { "masks-empty": reasons } = await spoiled((root) => {
      const masks = join(root, "masks");
      rmSync(masks, { recursive: true });
    });
    expect(reasons).toEqual(expect.arrayContaining(["test -: no mask of the split has foreground"]));
  });
});

describe("a check", () => {
  test("stops when its signal aborts, with the reason", async () => {
    const controller = new AbortController();
    const stop = check(sound, { signal: controller.signal, onProgress: () => controller.abort("enough") });
    expect(await caught(() => stop)).toBe("enough");
    expect(await caught(() => check(sound, { signal: AbortSignal.abort("before") }))).toBe("before");
  });

  test("refuses what is no data set, and wrong options", async () => {
    expect(await caught(() => check(join(folder, "nowhere")))).toMatchObject({ code: "ERR_WSOL_DATA" });
    const refused = async (act: () => unknown) => (await caught(act)).details;
    expect(await refused(() => check(""))).toMatchObject({ parameter: "data" });
    expect(await refused(() => check(sound, { cmyk: "maybe" as "refuse" }))).toMatchObject({ parameter: "cmyk" });
    expect(await refused(() => check(sound, { workers: 0 }))).toMatchObject({ parameter: "workers" });
    expect(await refused(() => check(sound, { worker: 1 } as object))).toMatchObject({ option: "worker" });
  });
});

test("an image of several classes counts for each of them, and the boxes and masks of each are looked at", async () => {
  const root = await makeMultiLabel(await tinyDataset(join(folder, "several"), { train: 12, val: 0, test: 6 }));
  const whole = await check(root);
  expect(whole.findings).toEqual([]);
  expect(whole.classes.map(({ images }) => images)).toEqual([
    { train: 6, test: 3 },
    { train: 6, test: 3 },
    { train: 6, test: 3 },
  ]);
  const path = join(root, "metadata", "test", "localization.txt");
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, [lines[0], lines[1]!.replace(/,\d+,\d+,\d+,\d+,/, ",0,0,47,47,"), ...lines.slice(2)].join("\n"));
  expect(found(await check(root))).toEqual({ "box-whole": [expect.stringContaining(": 0,0,47,47")] });
});
