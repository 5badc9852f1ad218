// The field's metrics for score maps that any model made; neither a model nor LibTorch is needed.
// Usage: node build/examples/evaluate-score-maps.mjs
import { type Box, boxesFromScoreMap, MaxBoxAcc, PixelAp } from "entropy-wsol/metrics";

const side = 56;
const truth: Box[] = [
  [10, 12, 30, 34],
  [20, 8, 50, 40],
  [4, 4, 24, 50],
];

/** A map that falls off from the centre of a box; a small `spread` covers no more than a part of it. */
function mapAround([x0, y0, x1, y1]: Box, spread: number): Float64Array {
  return Float64Array.from({ length: side * side }, (_, i) => {
    const x = ((i % side) - (x0 + x1) / 2) / (x1 - x0);
    const y = (Math.floor(i / side) - (y0 + y1) / 2) / (y1 - y0);
    return Math.exp(-(x * x + y * y) / (2 * spread * spread));
  });
}

function maskOf([x0, y0, x1, y1]: Box): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    return x >= x0 && x <= x1 && y >= y0 && y <= y1 ? 1 : 0;
  });
}

for (const [name, spread] of Object.entries({ "the whole object": 0.4, "a part of it": 0.05 })) {
  const boxes = new MaxBoxAcc({ extraThresholds: [0.15] });
  const pixels = new PixelAp();
  for (const box of truth) {
    const maps = { data: mapAround(box, spread), count: 1, height: side, width: side };
    await boxes.update(maps, [[box]]);
    await pixels.update(maps, maskOf(box));
  }
  const { gtKnownLoc, bestThreshold, maxBoxAccV2, atThreshold } = boxes.compute();
  console.log(`maps of ${name}:`);
  console.log(`  GT-known Loc ${gtKnownLoc.toFixed(3)} at its best threshold ${bestThreshold["0.5"]}`);
  console.log(`  GT-known Loc ${atThreshold[0]?.gtKnownLoc.toFixed(3)} at the fixed threshold 0.15`);
  console.log(`  MaxBoxAccV2 ${maxBoxAccV2.mean.toFixed(3)}, PxAP ${pixels.compute().pxap.toFixed(3)}`);
}

const first = mapAround(truth[0] ?? [0, 0, 1, 1], 0.4);
console.log("boxes at 0.5:", boxesFromScoreMap(first, { width: side, height: side, threshold: 0.5 }));
