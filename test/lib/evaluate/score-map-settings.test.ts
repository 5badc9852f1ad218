import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import { evaluate } from "../../../lib/evaluate/evaluate";
import { Localizer } from "../../../lib/localize/localizer";
import { normaliseScoreMap } from "../../../lib/metrics/normalise-score-map";
import { loadTorchAddon } from "../../../lib/native/load-torch";
import { fit as train } from "../../../lib/train/fit";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

// Every kind, stage and normalisation, where score maps are used: validation, evaluation, localization.

jest.setTimeout(120_000);

const folder = temporaryFolder();
/** Of the stages' maps for images of 32 x 32. */
const SIDES = { 1: 8, 2: 4, 3: 2, 4: 2 } as const;
const KINDS = [["cam", 4] as const].concat(
  ...(["grad-cam", "grad-cam++", "layer-cam"] as const).map((kind) =>
    ([1, 2, 3, 4] as const).map((stage) => [kind, stage] as never),
  ),
) as ["cam" | "grad-cam" | "grad-cam++" | "layer-cam", 1 | 2 | 3 | 4][];
const NORMALISATIONS = ["minmax", "max", "pas", "ivr"] as const;
const TRAINED = { kind: "grad-cam++", stage: 2, normalisation: "ivr", size: 16 } as const;
let data: Dataset;
let run: string;
let model: Localizer;

beforeAll(async () => {
  data = await Dataset.open(await tinyDataset(folder));
  run = join(folder, "run");
  const optim = { ...TINY_CONFIG.optim, epochs: 1 };
  for await (const event of train(data, { ...TINY_CONFIG, optim, scoreMap: TRAINED, out: run })) {
    if (event.type === "epoch") expect(event.val?.gtKnownLoc).toBeGreaterThanOrEqual(0);
  }
  model = await Localizer.load(run, { device: "cpu", threads: 1 });
});
afterAll(() => model.close());

/** The same network with other score maps: loading it anew takes longer than all that it is asked. */
function drawing(scoreMap: Partial<Localizer["config"]["scoreMap"]>): Localizer {
  const config = { ...model.config, scoreMap: { ...model.config.scoreMap, ...scoreMap } };
  return Object.create(model, { config: { value: config } });
}

test("the tables hold no kind and no normalisation that is left out here", () => {
  const { scoreMapKinds, normalisations } = loadTorchAddon().info();
  expect([...new Set(KINDS.map(([kind]) => kind))].sort()).toEqual([...scoreMapKinds].sort());
  expect([...NORMALISATIONS].sort()).toEqual([...normalisations].sort());
});

test.each(KINDS)("%s of stage %i localizes and evaluates in every normalisation", async (kind, stage) => {
  const size = SIDES[stage];
  for (const normalisation of NORMALISATIONS) {
    const drawn = drawing({ kind, stage, normalisation, size });
    const [found] = await drawn.localize(data.split("test").imagePath(0));
    const { scoreMap, rawScoreMap } = found!;
    expect([rawScoreMap.width, rawScoreMap.height]).toEqual([size, size]);
    // In its own size a map is not resized.
    const expected = normaliseScoreMap(Float64Array.from(rawScoreMap.data), normalisation);
    scoreMap.data.forEach((score, at) => {
      expect(score).toBeCloseTo(expected[at]!, 12);
    });
  }
  const normalisation = NORMALISATIONS[KINDS.findIndex(([one, at]) => one === kind && at === stage) % 4]!;
  const { evaluated, gtKnownLoc, pxap } = await evaluate(drawing({ kind, stage, normalisation }), data, {
    split: "val",
  });
  expect(evaluated.model?.scoreMap).toMatchObject({ kind, stage, normalisation });
  for (const value of [gtKnownLoc, pxap]) expect(value! >= 0 && value! <= 1).toBe(true);
});

test("training validates by the score maps of its configuration, and the model keeps them", async () => {
  expect(model.config.scoreMap).toEqual(TRAINED);
  const { gtKnownLoc } = await evaluate(model, data, { split: "val" });
  const { maxBoxAccV2 } = await evaluate(drawing({ kind: "cam", stage: 4, normalisation: "minmax" }), data, {
    split: "val",
  });
  expect([typeof gtKnownLoc, typeof maxBoxAccV2?.mean]).toEqual(["number", "number"]);
});
