import { join } from "node:path";
import sharp from "sharp";
import { galleryOfRun } from "../../../lib/pictures/gallery-of-run";
import { caught } from "../../support/caught";
import { writeFakeModel } from "../../support/fake-model";
import { ENTROPY, fakeTorch, SURE } from "../../support/fake-torch";
import { greyIds, writeGreySplit } from "../../support/grey-data";
import { temporaryFolder } from "../../support/temporary-folder";

// Which images, of which class, and what is said of them: the network's outputs are a stand-in's.
jest.mock("../../../lib/native/load-torch", () => require("../../support/fake-torch"));

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

describe("the gallery of a run", () => {
  it("is of the true class's score map, as in an evaluation", async () => {
    const { images, ...how } = await galleryOfRun(run, { data, images: 1, threshold: 0.5 });
    expect(how).toEqual({ threshold: 0.5, normalisation: "minmax", size: fakeTorch.scoreMap!.size });
    expect([...(fakeTorch.scoreMap!.labels as Int32Array)]).toEqual([1]);
    const [image] = images;
    expect(image).toMatchObject({ imageId: "test-7.png", label: "class 1", predicted: "class 1", probability: SURE });
    // The object's 4 x 4 pixels in the evaluator's box of 5 x 5.
    expect([image!.box, image!.iou]).toEqual([[0, 0, 4, 4], 0.64]);
    expect(image!.entropyFraction).toBeCloseTo(ENTROPY / Math.log(3), 12);
    const { format, width, height } = await sharp(image!.thumbnail).metadata();
    expect([format, Math.max(width!, height!)]).toEqual(["webp", 240]);
  });

  it("tells what was missed: another class, and a box that is no hit", async () => {
    const { images } = await galleryOfRun(run, { data, images: 1, threshold: 0.5, checkpoint: "best" });
    expect(images[0]).toMatchObject({ label: "class 1", predicted: "class 2", iou: 0 });
  });

  it("is of images that are spread over the split, in its order, and reports its progress", async () => {
    const progress: string[] = [];
    const onProgress = (done: number, total: number) => progress.push(`${done}/${total}`);
    const { images } = await galleryOfRun(run, { data, images: 4, onProgress });
    expect(images.map(({ imageId }) => imageId)).toEqual([2, 5, 7, 10].map((at) => `test-${at}.png`));
    expect(progress.at(-1)).toBe("4/4");
    expect((await galleryOfRun(run, { data, images: 0 })).images).toEqual([]);
  });

  it("rejects a split that is not there, and leaves no network open", async () => {
    expect(await caught(() => galleryOfRun(run, { data: join(folder, "absent"), images: 1 }))).toMatchObject({
      code: "ERR_WSOL_DATA",
    });
    expect(await caught(() => galleryOfRun(join(folder, "no run"), { data, images: 1 }))).toMatchObject({
      code: "ERR_WSOL_RUN_FOLDER",
    });
  });
});
