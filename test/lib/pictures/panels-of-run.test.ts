import { writeFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { panelsOfRun } from "../../../lib/pictures/panels-of-run";
import { caught } from "../../support/caught";
import { writeFakeModel } from "../../support/fake-model";
import { fakeTorch, SURE } from "../../support/fake-torch";
import { greyIds, writeGreySplit } from "../../support/grey-data";
import { temporaryFolder } from "../../support/temporary-folder";

// Which images, which boxes and what is said of them: the network's outputs are a stand-in's.
jest.mock("../../../lib/native/load-torch", () => require("../../support/fake-torch"));

jest.setTimeout(60_000);

const folder = temporaryFolder();
const run = join(folder, "run");
const data = join(folder, "data");
const usual = { ...fakeTorch };

beforeAll(async () => {
  await writeFakeModel(run, { last: 2, best: 1 });
  for (const name of ["train", "val", "test"]) await writeGreySplit(data, name, { ids: greyIds(name, 12) });
});
// The object is found by the weights of two steps alone.
beforeEach(() => Object.assign(fakeTorch, usual, { hitsAfter: (steps: number) => (steps === 2 ? 1 : 0) }));
afterEach(() => expect(fakeTorch.open).toBe(0));

const idsOf = async (options: Parameters<typeof panelsOfRun>[1]) =>
  (await panelsOfRun(run, options)).map(({ imageId }) => imageId);

test("panels say the true class, the predicted one, its probability and the IoU of its box", async () => {
  const [panel, ...others] = await panelsOfRun(run, { data, images: 1 });
  expect(others).toEqual([]);
  expect(panel).toMatchObject({
    imageId: "test-7.png",
    label: "class 1",
    predicted: "class 1",
    probability: SURE,
    iou: 1,
  });
  const { format, width, height } = await sharp(panel!.png).metadata();
  expect([format, width! > height!]).toEqual(["png", true]);
  const [best] = await panelsOfRun(run, { data, images: 1, checkpoint: "best" });
  expect(best).toMatchObject({ imageId: "test-7.png", iou: 0 });
});

test("panels name the classes where the data set does", async () => {
  const named = join(folder, "named");
  await cp(data, named, { recursive: true });
  writeFileSync(join(named, "metadata", "classes.txt"), "wren\ntit\nowl\n");
  const labels = (await panelsOfRun(run, { data: named, images: 4 })).map(({ label, predicted }) => [label, predicted]);
  // Of the images 2, 5, 7 and 10.
  expect(labels).toEqual(["owl", "owl", "tit", "tit"].map((label) => [label, "tit"]));
});

test("panels are spread over the split in its order, never twice, and all of it where it has no more", async () => {
  // The fractions of 1, 2, 3 and 4 golden ratios: 0.62, 0.24, 0.85 and 0.47.
  expect(await idsOf({ data, images: 4 })).toEqual([2, 5, 7, 10].map((at) => `test-${at}.png`));
  expect(await idsOf({ data, images: 99 })).toEqual(greyIds("test", 12));
  expect(await idsOf({ data, images: 0 })).toEqual([]);
});

test("panels are of the split that is named, else of `test`, else of the last one", async () => {
  expect(await idsOf({ data, images: 1, split: "val" })).toEqual(["val-7.png"]);
  const without = join(folder, "without-test");
  await cp(data, without, { recursive: true });
  await rm(join(without, "metadata", "test"), { recursive: true });
  expect(await idsOf({ data: without, images: 1 })).toEqual(["val-7.png"]);
  expect((await caught(() => idsOf({ data: without, images: 1, split: "test" }))).code).toBe("ERR_WSOL_DATA");
});

test("panels without true boxes have no IoU", async () => {
  const unboxed = join(folder, "unboxed");
  await writeGreySplit(unboxed, "test", { ids: greyIds("test", 3), truth: null });
  expect((await panelsOfRun(run, { data: unboxed, images: 1 }))[0]!.iou).toBeNull();
});

test("panels are made with the score map that is asked for", async () => {
  const scoreMap = { kind: "grad-cam", stage: 3, normalisation: "max", size: 16 } as const;
  fakeTorch.scoreMap = null;
  await panelsOfRun(run, { data, images: 1, scoreMap });
  expect(fakeTorch.scoreMap).toMatchObject(scoreMap);
});

test("panels show a turned photograph as it is stored, since its true boxes were drawn so", async () => {
  const turned = join(folder, "turned");
  const id = "rgb-exif-turned.jpg";
  await writeGreySplit(turned, "test", { ids: [id] });
  await cp(join(__dirname, "../data/images/fixtures", id), join(turned, "images", id));
  const { width, height } = await sharp(join(turned, "images", id)).metadata();
  expect(width).not.toBe(height);
  writeFileSync(join(turned, "metadata", "test", "image_sizes.txt"), `${id},${width},${height}\n`);
  expect(await panelsOfRun(run, { data: turned, images: 1 })).toHaveLength(1);
});

test("panels have the mean feature map of every stage where it is asked for, as a sheet of its own", async () => {
  const [plain] = await panelsOfRun(run, { data, images: 1 });
  expect(plain).not.toHaveProperty("stages");
  const [panel] = await panelsOfRun(run, { data, images: 1, stages: true });
  const { format, width, height } = await sharp(panel!.stages).metadata();
  // The image beside four rows of one map each.
  expect([format, height! > width!]).toEqual(["png", true]);
});
