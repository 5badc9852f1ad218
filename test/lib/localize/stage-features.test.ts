import { resolveConfig } from "../../../lib/config/resolve";
import { type FeatureModel, stageFeatures } from "../../../lib/localize/stage-features";
import { caught } from "../../support/caught";

// Against a network that answers what a test says.

const IMAGE = { data: new Uint8Array(40 * 20), width: 40, height: 20, channels: 1 } as const;

function modelWith(features: FeatureModel["network"]["features"]): FeatureModel {
  return { network: { features }, config: resolveConfig({ data: { imageSize: 32, cropSize: 32 } }) };
}

const stageOf = (...values: number[]) => ({
  data: Float32Array.from(values),
  channels: values.length,
  height: 1,
  width: 1,
});

test("numbers the stages from 1, of the image in the network's size", async () => {
  const features = jest.fn(async () => [stageOf(1, 2), stageOf(3)]);
  const stages = await stageFeatures(modelWith(features), IMAGE, {});
  expect(stages).toEqual([
    { stage: 1, ...stageOf(1, 2) },
    { stage: 2, ...stageOf(3) },
  ]);
  expect(features).toHaveBeenCalledWith({ data: new Uint8Array(32 * 32 * 3), count: 1, height: 32, width: 32 });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses weights whose features have %p", async (value) => {
  const error = await caught(() =>
    stageFeatures(
      modelWith(async () => [stageOf(1), stageOf(0, value)]),
      IMAGE,
      {},
    ),
  );
  expect(error.code).toBe("ERR_WSOL_CHECKPOINT");
  expect(error.message).toContain("expected finite features");
});

test("rejects with the reason of an abort before, and while the network computes", async () => {
  const reason = new Error("enough");
  const never = jest.fn(() => new Promise<never>(() => undefined));
  expect(await caught(() => stageFeatures(modelWith(never), IMAGE, { signal: AbortSignal.abort(reason) }))).toBe(
    reason,
  );
  expect(never).not.toHaveBeenCalled();
  const controller = new AbortController();
  never.mockImplementation(() => {
    setImmediate(() => controller.abort(reason));
    return new Promise(() => undefined);
  });
  expect(await caught(() => stageFeatures(modelWith(never), IMAGE, { signal: controller.signal }))).toBe(reason);
  expect(never).toHaveBeenCalledTimes(1);
});

test("refuses what is no image, and an option that does not exist", async () => {
  const model = modelWith(async () => []);
  expect(await caught(() => stageFeatures(model, 3 as never, {}))).toMatchObject({ code: "ERR_WSOL_ARGUMENT" });
  const options = { sgnal: null } as object;
  expect(await caught(() => stageFeatures(model, IMAGE, options))).toMatchObject({ details: { nearest: "signal" } });
});
