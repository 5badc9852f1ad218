import type { StageFeatures } from "../../../lib/localize/stage-features";
import { channelMap, meanOverChannels, stageMeans, strongestChannels } from "../../../lib/pictures/stage-maps";

/** Three channels of 1 x 2. */
const FEATURES: StageFeatures = {
  stage: 2,
  data: Float32Array.of(1, 3, 50, 50, 0, 7),
  channels: 3,
  height: 1,
  width: 2,
};

test("the mean of a stage is taken over its channels, place by place", () => {
  expect(meanOverChannels(FEATURES)).toEqual(Float64Array.of(17, 20));
});

test("a channel's map is its values alone", () => {
  expect(channelMap(FEATURES, 2)).toEqual(Float32Array.of(0, 7));
});

test("the strongest channels vary most about their mean: a large constant one comes last", () => {
  expect(strongestChannels(FEATURES, 3)).toEqual([2, 0, 1]);
  expect(strongestChannels(FEATURES, 1)).toEqual([2]);
  expect(strongestChannels(FEATURES, 0)).toEqual([]);
  expect(strongestChannels(FEATURES, 9)).toEqual([2, 0, 1]);
});

test("of equally strong channels the lower comes first", () => {
  const features = { ...FEATURES, data: Float32Array.of(0, 4, 4, 0, 1, 5) };
  expect(strongestChannels(features, 3)).toEqual([0, 1, 2]);
});

test("stageMeans gives the mean of each stage, and hands on image and signal", async () => {
  const features = jest.fn(async () => [FEATURES]);
  const { signal } = new AbortController();
  const means = await stageMeans({ features }, "wren.jpg", { signal });
  expect(means).toEqual([{ stage: 2, data: Float64Array.of(17, 20), height: 1, width: 2 }]);
  expect(features).toHaveBeenCalledWith("wren.jpg", { signal });
});
