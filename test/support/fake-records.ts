import { HIT, type RunRecords } from "../../lib/runs/image-records";

/** Records of a split of `images` images at a step of 0.1, the hits of which toggle in many ways; a function of `salt`. */
export function fakeRecords(images: number, salt = 0, changes: Partial<RunRecords> = {}): RunRecords {
  const random = (a: number, b: number, below: number) =>
    (((a + 1) * 7919 + (b + 1) * 104729 + salt * 1299709) % 1009) % below;
  const [offsets, begins, states]: number[][] = [[0], [], []];
  for (let image = 0; image < images; image++) {
    for (let threshold = 0; threshold < 10; threshold++) {
      if (threshold > 0 && random(image, threshold, 3) > 0) continue;
      begins!.push(threshold);
      states!.push(random(image, threshold + 31, 16));
    }
    offsets!.push(begins!.length);
  }
  const bins = 12;
  const perImage = (value: (image: number) => number) => Array.from({ length: images }, (_, image) => value(image));
  return {
    split: "test",
    step: 0.1,
    valThreshold: 4 * 0.1,
    ids: perImage((image) => image).map((image) => `class/${image}.jpg`),
    labels: Int32Array.from(perImage((image) => image % 3)),
    labelOffsets: null,
    predicted: Int32Array.from(perImage((image) => random(image, 71, 2) * (image % 3))),
    entropy: Float64Array.from(perImage((image) => random(image, 51, 1000) / 997)),
    hits: { offsets: Int32Array.from(offsets!), begins: Int32Array.from(begins!), states: Uint8Array.from(states!) },
    pixels: {
      bins,
      counts: Int32Array.from({ length: images * 2 * bins }, (_, at) => random(at, 3, at % bins < 10 ? 200 : 1)),
    },
    ...changes,
  };
}

/** Records whose images are each hit by every box at every threshold, or by none. */
export function plainRecords(isHit: readonly boolean[], isRight: readonly boolean[] | null): RunRecords {
  const all = HIT.largestAt50 | HIT.allAt30 | HIT.allAt50 | HIT.allAt70;
  return {
    ...{ split: "test", step: 0.1, valThreshold: 4 * 0.1, pixels: null },
    ids: isHit.map((_, image) => `${image}.jpg`),
    labels: new Int32Array(isHit.length),
    labelOffsets: null,
    predicted: isRight && Int32Array.from(isRight, (right) => (right ? 0 : 1)),
    entropy: isRight && new Float64Array(isHit.length).fill(0.5),
    hits: {
      offsets: Int32Array.from({ length: isHit.length + 1 }, (_, image) => image),
      begins: new Int32Array(isHit.length),
      states: Uint8Array.from(isHit, (hit) => (hit ? all : 0)),
    },
  };
}
