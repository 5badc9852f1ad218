import sharp from "sharp";
import type { StageFeatures } from "../../../lib/localize/stage-features";
import { renderCaption } from "../../../lib/pictures/caption";
import { colourOf } from "../../../lib/pictures/colour-map";
import { layoutSheet, renderFeatureSheet, type SheetRequest } from "../../../lib/pictures/feature-sheet";
import { caught } from "../../support/caught";

jest.mock("../../../lib/pictures/caption", () => {
  const actual = jest.requireActual("../../../lib/pictures/caption");
  return { renderCaption: jest.fn(actual.renderCaption) };
});

const GREY = [90, 90, 90];
const WHITE = [255, 255, 255];
const [LEAST, MIDDLE, LARGEST] = [0, 0.5, 1].map((score) => [...colourOf(score)]);

/** Two channels of 1 x 2; the second varies more. Their mean is 15, 5. */
const STAGE: StageFeatures = {
  stage: 1,
  data: Float32Array.of(0, 10, 30, 0),
  channels: 2,
  height: 1,
  width: 2,
};
const CONSTANT: StageFeatures = { ...STAGE, stage: 2, data: Float32Array.of(8, 8, 8, 8) };

function request(changes: Partial<SheetRequest> = {}, width = 50, height = 50): SheetRequest {
  return {
    image: { data: new Uint8Array(width * height * 3).fill(90), width, height },
    blocks: [{ title: "a run", stages: [STAGE, CONSTANT] }],
    channels: 2,
    height: 100,
    ...changes,
  };
}

async function render(wanted: SheetRequest) {
  const { data, info } = await sharp(await renderFeatureSheet(wanted))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const layout = layoutSheet(wanted);
  /** The pixel x, y of a map. */
  const at = (column: number, row: number, x: number, y: number) => {
    const left = layout.columns[column]! + Math.floor((layout.columnWidth - layout.mapWidth) / 2);
    const offset = ((layout.rows[row]! + y) * info.width + left + x) * info.channels;
    return [...data.subarray(offset, offset + 3)];
  };
  return { data, info, layout, at };
}

describe("the sheet of one network", () => {
  test("has a row for each stage: the image, the mean, the channels of largest energy", async () => {
    const { info, layout, at } = await render(request());
    expect([info.format, info.channels, info.width, info.height]).toEqual(["raw", 3, layout.width, layout.height]);
    expect([layout.mapWidth, layout.mapHeight, layout.columns.length, layout.rows.length]).toEqual([100, 100, 4, 2]);
    for (const row of [0, 1]) {
      expect(at(0, row, 0, 0)).toEqual(GREY);
      expect(at(0, row, 99, 99)).toEqual(GREY);
    }
    // The mean 15, 5; channel 1 with 30, 0; channel 0 with 0, 10.
    expect([at(1, 0, 0, 50), at(1, 0, 99, 50)]).toEqual([LARGEST, LEAST]);
    expect([at(2, 0, 0, 50), at(2, 0, 99, 50)]).toEqual([LARGEST, LEAST]);
    expect([at(3, 0, 0, 50), at(3, 0, 99, 50)]).toEqual([LEAST, LARGEST]);
  });

  test("shows each value as a rectangle of one colour, from edge to edge", async () => {
    const { at } = await render(request());
    expect([at(3, 0, 0, 0), at(3, 0, 49, 99), at(3, 0, 50, 0), at(3, 0, 99, 99)]).toEqual([
      LEAST,
      LEAST,
      LARGEST,
      LARGEST,
    ]);
  });

  test("brings each map to [0, 1] by itself, whatever its scale and sign", async () => {
    const data = Float32Array.of(-3e30, -2e30, -1e30);
    const stages = [{ stage: 1, data, channels: 1, height: 1, width: 3 }];
    const { at } = await render(request({ blocks: [{ title: "", stages }], channels: 1 }));
    for (const column of [1, 2]) {
      expect(at(column, 0, 10, 0)).toEqual(LEAST);
      at(column, 0, 50, 0).forEach((value, index) => {
        expect(Math.abs(value - MIDDLE![index]!)).toBeLessThanOrEqual(2);
      });
      expect(at(column, 0, 90, 0)).toEqual(LARGEST);
    }
  });

  test("shows a constant map in the colour of the least", async () => {
    const { at } = await render(request());
    expect([at(1, 1, 0, 0), at(2, 1, 99, 99)]).toEqual([LEAST, LEAST]);
  });

  test("has the mean alone with 0 channels, and no more channels than the stage", async () => {
    expect((await render(request({ channels: 0 }))).layout.columns).toHaveLength(2);
    const { at } = await render(request({ channels: 3 }));
    expect(at(4, 0, 50, 50)).toEqual(WHITE);
  });

  test("keeps the sides' ratio of the image, and columns wide enough for captions", () => {
    const wide = layoutSheet(request({}, 200, 100));
    expect([wide.mapWidth, wide.mapHeight]).toEqual([160, 80]);
    const narrow = layoutSheet(request({}, 10, 100));
    expect([narrow.mapWidth, narrow.mapHeight, narrow.columnWidth]).toEqual([10, 100, 85]);
  });
});

test("two networks stand side by side, each with channels of its own, beside one image", async () => {
  const other = { ...STAGE, data: Float32Array.of(0, 40, 30, 0) };
  const blocks = [
    { title: "a", stages: [STAGE] },
    { title: "b", stages: [other] },
  ];
  const { layout, at } = await render(request({ blocks, channels: 1 }));
  expect(layout.columns).toHaveLength(5);
  const [, , lastOfFirst, firstOfSecond, last] = layout.columns as [number, number, number, number, number];
  expect(firstOfSecond - lastOfFirst).toBeGreaterThan(last - firstOfSecond);
  expect([at(2, 0, 0, 0), at(2, 0, 99, 0)]).toEqual([LARGEST, LEAST]);
  expect([at(4, 0, 0, 0), at(4, 0, 99, 0)]).toEqual([LEAST, LARGEST]);
});

describe("the captions", () => {
  const caption = jest.mocked(renderCaption);
  beforeEach(() => caption.mockClear());

  test("say the network, the stage with the size of its maps, and the channels", async () => {
    await render(request());
    const texts = caption.mock.calls.map(([text]) => text);
    const expected = ["a run", "stage 1, 2×1", "stage 2, 2×1", "mean of 2", "channel 1", "channel 0"];
    expect(new Set(texts)).toEqual(new Set(expected));
    expect(texts).toHaveLength(1 + 2 + 2 * 3);
  });

  test("leave the size out where the networks' differ", async () => {
    const square = { ...STAGE, data: new Float32Array(8), height: 2 };
    const blocks = [STAGE, square].map((stage) => ({ title: "", stages: [stage] }));
    await render(request({ blocks }));
    expect(caption.mock.calls.map(([text]) => text)).toContain("stage 1");
  });

  test("are left out where there are no fonts, and the picture has the same size", async () => {
    const withFonts = await render(request());
    caption.mockResolvedValue(null);
    const { info, layout, at } = await render(request());
    caption.mockReset().mockImplementation(jest.requireActual("../../../lib/pictures/caption").renderCaption);
    expect([info.width, info.height]).toEqual([withFonts.info.width, withFonts.info.height]);
    expect(at(0, 0, 50, layout.mapHeight + 5)).toEqual(WHITE);
    expect(at(2, 0, 0, 50)).toEqual(LARGEST);
  });
});

test.each<[string, Partial<SheetRequest>, string]>([
  ["an image without pixels", { image: { data: new Uint8Array(0), width: 0, height: 0 } }, "image.data"],
  ["an image of another size than its data", { image: { data: new Uint8Array(9), width: 2, height: 2 } }, "image.data"],
  ["no network", { blocks: [] }, "blocks"],
  ["three networks", { blocks: Array(3).fill({ title: "", stages: [STAGE] }) }, "blocks"],
  ["a network without stages", { blocks: [{ title: "", stages: [] }] }, "stages"],
  [
    "networks of other numbers of stages",
    { blocks: [STAGE, [STAGE, STAGE]].map((stages) => ({ title: "", stages: [stages].flat() })) },
    "stages",
  ],
  ["features of another size than their data", { blocks: [{ title: "", stages: [{ ...STAGE, width: 3 }] }] }, "data"],
  ["a part of a channel", { channels: 1.5 }, "channels"],
  ["more channels than any sheet has", { channels: 65 }, "channels"],
  ["no number of channels", { channels: Number.NaN }, "channels"],
  ["maps too small to see", { height: 3 }, "height"],
])("refuses %s", async (_, changes, parameter) => {
  expect(await caught(() => renderFeatureSheet(request(changes)))).toMatchObject({
    code: "ERR_WSOL_ARGUMENT",
    details: { parameter },
  });
});
