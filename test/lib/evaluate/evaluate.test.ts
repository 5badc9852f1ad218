import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import { splitFingerprint } from "../../../lib/data/split-fingerprint";
import { evaluate } from "../../../lib/evaluate/evaluate";
import { Localizer } from "../../../lib/localize/localizer";
import { panelsOfRun } from "../../../lib/pictures/panels-of-run";
import { fit as train } from "../../../lib/train/fit";
import { version } from "../../../lib/version";
import { caught } from "../../support/caught";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

// Loaded machines need more than the default.
jest.setTimeout(60_000);

const folder = temporaryFolder();
const out = join(folder, "run");
let data: string;
let model: Localizer;

beforeAll(async () => {
  data = await tinyDataset(folder);
  await train(data, { ...TINY_CONFIG, out });
  model = await Localizer.load(out, { checkpoint: "best", device: "cpu" });
}, 60_000);
afterAll(() => model?.close());

/** Runs `work` with a file of the data set changed, and puts it back. */
async function withChanged<T>(file: string, change: (text: string) => string, work: () => Promise<T>): Promise<T> {
  const path = join(data, "metadata", file);
  const before = await readFile(path, "utf8");
  await writeFile(path, change(before));
  return work().finally(() => writeFile(path, before));
}

const tenfold = (text: string) => text.replace(/,48,48\n/, ",480,480\n");

describe("evaluate", () => {
  test("says what was evaluated: data and fingerprint, weights and epoch, grid, sigma, score map, version", async () => {
    const { evaluated, split } = await evaluate(model, data, { sigma: 0.2 });
    expect(split).toBe("test");
    expect(evaluated).toEqual({
      data,
      fingerprint: await splitFingerprint((await Dataset.open(data)).split("test")),
      masks: null,
      step: TINY_CONFIG.evaluation.step,
      sigma: 0.2,
      model: {
        weights: join(out, "best.safetensors"),
        checkpoint: "best",
        epoch: expect.any(Number),
        device: "cpu",
        precision: "float32",
        scoreMap: model.config.scoreMap,
      },
      scoreMaps: null,
      package: version,
    });
    expect([1, 2]).toContain(evaluated.model!.epoch);
  });

  test("knows no checkpoint of a weights file that was named itself", async () => {
    const alone = await Localizer.load(join(out, "last.safetensors"), { device: "cpu" });
    const { evaluated } = await evaluate(alone, data).finally(() => alone.close());
    expect(evaluated.model).toMatchObject({ weights: join(out, "last.safetensors"), checkpoint: null, epoch: 2 });
  });

  test("takes no threshold of a `val` that no threshold hits", async () => {
    // One pixel in a corner, which no box of a map can meet with half of both.
    const corner = (text: string) => text.replaceAll(/,\d+,\d+,\d+,\d+$/gm, ",47,47,47,47");
    // At the lowest threshold nearly the whole map is foreground.
    const whole = (text: string) => text.replaceAll(/,\d+,\d+,\d+,\d+$/gm, ",0,0,47,47");
    const chosen = await withChanged("val/localization.txt", whole, () => evaluate(model, data));
    const none = await withChanged("val/localization.txt", corner, () => evaluate(model, data));
    expect(chosen.atValThreshold).not.toBeNull();
    expect(none).toEqual({ ...chosen, atValThreshold: null });
  });

  test("rejects an image whose size is not the one in the metadata, in training and in pictures too", async () => {
    const error = await withChanged("test/image_sizes.txt", tenfold, () => caught(() => evaluate(model, data)));
    expect(error).toMatchObject({ code: "ERR_WSOL_DATA", message: expect.stringContaining("got 480 x 480") });
    const training = trainingIn("wrong-size");
    expect(await withChanged("train/image_sizes.txt", tenfold, () => caught(training))).toMatchObject({
      code: "ERR_WSOL_DATA",
    });
    const everyImage = { data, split: "test", images: 9 };
    expect(
      await withChanged("test/image_sizes.txt", tenfold, () => caught(() => panelsOfRun(out, everyImage))),
    ).toMatchObject({ code: "ERR_WSOL_DATA" });
  });
});

function trainingIn(name: string): () => Promise<unknown> {
  return async () => await train(data, { ...TINY_CONFIG, out: join(folder, name) });
}

describe("panelsOfRun", () => {
  test("draws the same images for every call, with the IoU of the box that is shown", async () => {
    const panels = await panelsOfRun(out, { data, images: 3, checkpoint: "best" });
    expect(panels).toHaveLength(3);
    const ids = (await Dataset.open(data)).split("test").ids;
    for (const { imageId, iou, probability, png } of panels) {
      expect(ids).toContain(imageId);
      expect(iou).toBeGreaterThanOrEqual(0);
      expect(probability).toBeGreaterThan(1 / 3 - 1e-6);
      expect([...png.subarray(1, 4)]).toEqual([..."PNG"].map((letter) => letter.charCodeAt(0)));
    }
    expect((await panelsOfRun(out, { data, images: 3 })).map(({ imageId }) => imageId)).toEqual(
      panels.map(({ imageId }) => imageId),
    );
  });
});

test("wsol evaluate prints, and stores in the run folder, exactly what evaluate returns", async () => {
  const args = ["--run", out, "--data", data, "--checkpoint", "best", "--device", "cpu", "--json"];
  const { code, stdout } = await runWsol(["evaluate", ...args]);
  expect(code).toBe(0);
  const printed = JSON.parse(stdout);
  expect(printed).toEqual(JSON.parse(JSON.stringify(await evaluate(model, data))));
  expect(JSON.parse(await readFile(join(out, "evaluation.json"), "utf8"))).toEqual(printed);
  expect(Object.keys(printed)[0]).toBe("evaluated");
});
