import sharp from "sharp";
import type { Box } from "../../../lib/data/split";
import { colourOf } from "../../../lib/pictures/colour-map";
import {
  layoutPanels,
  type PanelRequest,
  PREDICTED_COLOUR,
  renderPanels,
  TRUTH_COLOUR,
} from "../../../lib/pictures/panel";
import { caught } from "../../support/caught";

const GREY = [90, 90, 90];

function request(changes: Partial<PanelRequest> = {}, width = 100, height = 100): PanelRequest {
  return {
    image: { data: new Uint8Array(width * height * 3).fill(90), width, height },
    scoreMap: new Float64Array(4),
    mapWidth: 2,
    mapHeight: 2,
    predicted: [20, 30, 59, 69],
    truth: null,
    height: 200,
    ...changes,
  };
}

async function render(changes: Partial<PanelRequest> = {}, width = 100, height = 100) {
  const wanted = request(changes, width, height);
  const { data, info } = await sharp(await renderPanels(wanted))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const layout = layoutPanels(wanted.image, wanted.height!);
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)];
  /** The pixel of panel 0, 1 or 2. */
  const inPanel = (panel: number, x: number, y: number) =>
    at(layout.gap + panel * (layout.panelWidth + layout.gap) + x, layout.gap + y).slice(0, 3);
  return { info, layout, at, inPanel };
}

describe("the three panels", () => {
  it("stand side by side, with gaps that are transparent", async () => {
    const { info, layout, at, inPanel } = await render();
    expect([layout.panelWidth, layout.panelHeight]).toEqual([200, 200]);
    expect([info.width, info.height]).toEqual([3 * 200 + 4 * layout.gap, 200 + 2 * layout.gap]);
    expect(at(0, 0)[3]).toBe(0);
    expect(at(layout.gap + 200 + 1, 100)[3]).toBe(0);
    expect(inPanel(0, 0, 0)).toEqual(GREY);
    expect(inPanel(0, 199, 199)).toEqual(GREY);
  });

  it("frame the predicted box in green, its last pixel included", async () => {
    const { layout, inPanel } = await render();
    const { lineWidth } = layout;
    // 20..59 of 100 pixels is 40..119 of 200.
    expect(lineWidth).toBe(2);
    expect(inPanel(0, 39, 80)).toEqual(GREY);
    expect(inPanel(0, 40, 80)).toEqual([...PREDICTED_COLOUR]);
    expect(inPanel(0, 41, 80)).toEqual([...PREDICTED_COLOUR]);
    expect(inPanel(0, 42, 80)).toEqual(GREY);
    expect(inPanel(0, 119, 80)).toEqual([...PREDICTED_COLOUR]);
    expect(inPanel(0, 120, 80)).toEqual(GREY);
    expect(inPanel(0, 80, 60)).toEqual([...PREDICTED_COLOUR]);
    expect(inPanel(0, 80, 139)).toEqual([...PREDICTED_COLOUR]);
    expect(inPanel(0, 80, 140)).toEqual(GREY);
  });

  it("show a true box in red even where it equals the predicted one", async () => {
    const { inPanel } = await render({ truth: [[20, 30, 59, 69]] });
    expect(inPanel(0, 39, 80)).toEqual([...TRUTH_COLOUR]);
    expect(inPanel(0, 40, 80)).toEqual([...PREDICTED_COLOUR]);
    expect(inPanel(0, 120, 80)).toEqual([...TRUTH_COLOUR]);
  });

  it("show a true box that is the whole image, in the gap around it", async () => {
    const { layout, at } = await render({ truth: [[0, 0, 99, 99]] });
    expect(at(layout.gap - 1, layout.gap + 100)).toEqual([...TRUTH_COLOUR, 255]);
    expect(at(layout.gap + 200, layout.gap + 100)).toEqual([...TRUTH_COLOUR, 255]);
  });

  it("draw every true box", async () => {
    const truth: Box[] = [
      [70, 70, 79, 79],
      [5, 5, 14, 14],
    ];
    const { inPanel } = await render({ truth });
    expect(inPanel(0, 139, 150)).toEqual([...TRUTH_COLOUR]);
    expect(inPanel(0, 9, 20)).toEqual([...TRUTH_COLOUR]);
  });

  it("keep boxes that reach beyond the image inside the picture", async () => {
    const { inPanel } = await render({ predicted: [-50, -50, 500, 500] });
    expect(inPanel(0, 0, 0)).toEqual([...PREDICTED_COLOUR]);
    expect(inPanel(0, 199, 199)).toEqual([...PREDICTED_COLOUR]);
  });

  it("colour the score map, stretched over the panel", async () => {
    const { inPanel } = await render({ scoreMap: Float64Array.of(0, 1, 0, 1) });
    expect(inPanel(1, 0, 100)).toEqual([...colourOf(0)]);
    expect(inPanel(1, 199, 100)).toEqual([...colourOf(1)]);
  });

  it("lay the score map over the image, the more the higher the score", async () => {
    const { inPanel } = await render({ scoreMap: Float64Array.of(0, 1, 0, 1) });
    const share = (pixel: number[], colour: readonly number[]) => (pixel[0]! - 90) / (colour[0]! - 90);
    expect(share(inPanel(2, 0, 100), colourOf(0))).toBeCloseTo(0.15, 1);
    expect(share(inPanel(2, 199, 100), colourOf(1))).toBeCloseTo(0.6, 1);
  });

  it("take scores outside [0, 1] and NaN without fail", async () => {
    const { inPanel } = await render({ scoreMap: Float64Array.of(Number.NaN, 9, -3, 9) });
    expect(inPanel(1, 0, 100)).toEqual([...colourOf(0)]);
    expect(inPanel(1, 199, 100)).toEqual([...colourOf(1)]);
  });

  it.each([
    [400, 100, 320, 80],
    [100, 400, 50, 200],
    [8, 8, 200, 200],
    [3, 1, 320, 107],
  ])("keep the proportions of a %ix%i image: %ix%i", async (width, height, panelWidth, panelHeight) => {
    const { layout, info } = await render({ predicted: [0, 0, 0, 0] }, width, height);
    expect([layout.panelWidth, layout.panelHeight]).toEqual([panelWidth, panelHeight]);
    expect(info.height).toBe(layout.height);
  });

  it("have room for a caption below, on white", async () => {
    const { info, layout, at } = await render({ caption: "plane <b> & 'co' 93 %\u0007" });
    expect(info.height).toBe(layout.height + layout.captionHeight);
    expect(at(0, 0)).toEqual([255, 255, 255, 255]);
    expect(at(0, info.height - 1)).toEqual([255, 255, 255, 255]);
  });

  it.each([
    ["scoreMap", { scoreMap: new Float64Array(3) }],
    ["scoreMap", { scoreMap: new Float64Array(0), mapWidth: 0, mapHeight: 0 }],
    ["image.data", { image: { data: new Uint8Array(7), width: 2, height: 1 } }],
    ["height", { height: 0 }],
    ["predicted", { predicted: [0, 0, Number.NaN, 1] as Box }],
    ["truth", { truth: [[0, 0, 1] as unknown as Box] }],
  ])("reject a wrong '%s'", async (parameter, changes) => {
    const error = await caught(() => renderPanels(request(changes)));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter } });
  });
});
