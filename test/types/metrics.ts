import { type Box, boxesFromScoreMap, MaxBoxAcc, normaliseScoreMap, PixelAp, thresholdGrid } from "../../lib/metrics";

export async function metricsTakeTypedArrays(data: Float32Array, masks: Uint8Array): Promise<number> {
  const maps = { data, count: 1, height: 2, width: 3 };
  const boxAccuracy = new MaxBoxAcc({ step: 0.01, extraThresholds: [0.15] });
  await boxAccuracy.update(maps, [[[0, 0, 1, 1]]], [true]);
  const { gtKnownLoc, top1Loc, maxBoxAccV2, bestThreshold } = boxAccuracy.compute();
  const rates: readonly (number | null)[] = [gtKnownLoc, top1Loc, maxBoxAccV2.mean, bestThreshold["0.7"]];
  const pixelPrecision = new PixelAp();
  await pixelPrecision.update(maps, masks);
  boxAccuracy.merge(new MaxBoxAcc({ step: 0.01, extraThresholds: [0.15] }));
  // @ts-expect-error TS2345 a metric merges with its own kind
  boxAccuracy.merge(pixelPrecision);
  console.log(rates, thresholdGrid(0.03).length);
  return pixelPrecision.compute().pxap;
}

export function boxesAreTuples(map: Float64Array): Box | undefined {
  const boxes: Box[] = boxesFromScoreMap(map, { width: 3, height: 2, threshold: 0.5, rule: "all" });
  // @ts-expect-error TS2322 no such rule
  boxesFromScoreMap(map, { width: 3, height: 2, threshold: 0.5, rule: "biggest" });
  // @ts-expect-error TS2345 the threshold is needed
  boxesFromScoreMap(map, { width: 3, height: 2 });
  // @ts-expect-error TS2345 a typed array
  boxesFromScoreMap([0, 1], { width: 2, height: 1, threshold: 0.5 });
  // @ts-expect-error TS2345 no such normalisation
  normaliseScoreMap(map, "min-max");
  return boxes[0];
}
