import { resolveConfig } from "../../../lib/config/resolve";
import { type LoadedModel, localizeBatches, localizeOne } from "../../../lib/localize/localize";
import type { NativeNetwork } from "../../../lib/native/torch-addon";
import { caught } from "../../support/caught";

// Against a network that answers what a test says.

const SIDE = 8;

function modelWith(infer: NativeNetwork["infer"]): LoadedModel {
  const config = resolveConfig({ data: { imageSize: 32, cropSize: 32 }, scoreMap: { size: SIDE } });
  return { network: { infer }, config, numClasses: 2, classes: null, defaultThreshold: 0.5 };
}

/** One class found, with this score map. */
function answer(map: Float64Array): Awaited<ReturnType<NativeNetwork["infer"]>> {
  const found = {
    classes: Int32Array.of(1),
    offsets: Int32Array.of(0, 1),
    scoreMaps: map,
    mapWidth: SIDE,
    mapHeight: SIDE,
  };
  const raw = { rawMaps: Float32Array.of(4, 5, 6, 7, 8, 9), rawWidth: 3, rawHeight: 2 };
  return { ...found, ...raw, probabilities: Float64Array.of(0.25, 0.75), entropy: Float64Array.of(0.5) } as never;
}

const image = (width: number, height: number) =>
  ({ data: new Uint8Array(width * height), width, height, channels: 1 }) as const;

describe("the box of a localization", () => {
  const boxOf = async (map: Float64Array, width: number, height: number) => {
    const [found] = await localizeOne(
      modelWith(async () => answer(map)),
      image(width, height),
      {},
    );
    return found!.box;
  };

  test("of a map that is foreground everywhere is the whole image", async () => {
    const map = new Float64Array(SIDE * SIDE).fill(1);
    expect(await boxOf(map, 120, 90)).toEqual([0, 0, 119, 89]);
    expect(await boxOf(map, 7, 5)).toEqual([0, 0, 6, 4]);
  });

  test("ends where the component ends, on every side", async () => {
    const map = new Float64Array(SIDE * SIDE);
    for (const row of [2, 3]) map.fill(1, row * SIDE + 1, row * SIDE + 7);
    expect(await boxOf(map, 80, 160)).toEqual([10, 40, 69, 79]);
  });

  test("is the first pixel where nothing lies above the threshold", async () => {
    expect(await boxOf(new Float64Array(SIDE * SIDE), 80, 160)).toEqual([0, 0, 0, 0]);
  });
});

test("a localization brings the map that its score map was made from, in the network's own size", async () => {
  const model = modelWith(async () => answer(new Float64Array(SIDE * SIDE)));
  const [found] = await localizeOne(model, image(80, 160), {});
  expect(found!.rawScoreMap).toEqual({ data: Float32Array.of(4, 5, 6, 7, 8, 9), width: 3, height: 2 });
});

describe("an aborted localization", () => {
  const reason = new Error("enough");

  /** Aborts once the network is asked, and never answers. */
  function neverAnswers(controller: AbortController): LoadedModel {
    return modelWith(() => {
      setImmediate(() => controller.abort(reason));
      return new Promise(() => undefined);
    });
  }

  test("rejects with the reason while the network computes", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    expect(await caught(() => localizeOne(neverAnswers(controller), image(40, 40), { signal }))).toBe(reason);
  });

  test("rejects with the reason while the image is decoded, and asks no network", async () => {
    const controller = new AbortController();
    const infer = jest.fn();
    const call = localizeOne(modelWith(infer), __filename, { signal: controller.signal });
    controller.abort(reason);
    expect(await caught(() => call)).toBe(reason);
    expect(infer).not.toHaveBeenCalled();
  });

  test("rejects with the reason when it is aborted before", async () => {
    const infer = jest.fn();
    const signal = AbortSignal.abort(reason);
    expect(await caught(() => localizeOne(modelWith(infer), image(40, 40), { signal }))).toBe(reason);
    expect(infer).not.toHaveBeenCalled();
  });

  test("of many images ends in the middle of a batch", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const images = [image(40, 40), image(40, 40)];
    const all = localizeBatches(neverAnswers(controller), images, { signal });
    expect(await caught(() => all.next())).toBe(reason);
  });
});

describe("many images", () => {
  const empty = () => answer(new Float64Array(SIDE * SIDE));

  test("are decoded while others are in the network", async () => {
    let asked = 0;
    async function* images() {
      for (; asked < 9; asked++) yield image(40, 40);
    }
    const inNetwork: number[] = [];
    const model = modelWith(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      inNetwork.push(asked);
      return empty();
    });
    for await (const _ of localizeBatches(model, images(), { batchSize: 1 })) {
      // What is found is of no interest.
    }
    expect(inNetwork[0]).toBeGreaterThan(1);
    expect(inNetwork[0]).toBeLessThan(5);
    expect(inNetwork).toHaveLength(9);
  });

  test("are given though the next one waits for what was found", async () => {
    let foundOne: () => void = () => undefined;
    const isFound = new Promise<void>((resolve) => {
      foundOne = resolve;
    });
    async function* images() {
      yield image(40, 40);
      await isFound;
      yield image(20, 20);
    }
    const widths: number[] = [];
    for await (const [found] of localizeBatches(
      modelWith(async () => empty()),
      images(),
      { batchSize: 1 },
    )) {
      widths.push(found!.imageWidth);
      foundOne();
    }
    expect(widths).toEqual([40, 20]);
  });

  test("name the first bad one in their order, after those before it", async () => {
    const images = [image(40, 40), __filename, "absent.png"];
    const all = localizeBatches(
      modelWith(async () => empty()),
      images,
      { batchSize: 1 },
    );
    expect((await all.next()).value).toHaveLength(1);
    expect((await caught(() => all.next())).message).toContain(__filename);
    const together = localizeBatches(
      modelWith(async () => empty()),
      images,
      { batchSize: 3 },
    );
    expect((await caught(() => together.next())).message).toContain(__filename);
  });
});
