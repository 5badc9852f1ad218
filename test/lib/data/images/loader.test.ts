import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Dataset, type ImageSize, type Split } from "../../../../lib/data/dataset";
import type { LabelledBatch } from "../../../../lib/data/images/labelled-batch";
import { type BatchOptions, ImageLoader, type ResizeImage } from "../../../../lib/data/images/loader";
import type { WsolError } from "../../../../lib/errors";
import { rejectionOf, removeTemporaryFolders, writeLayout } from "../layout";

afterAll(removeTemporaryFolders);

const COUNT = 7;
const SIDE = 4;
const resize: ResizeImage = async ({ data }, { width, height }) =>
  new Uint8Array(width * height * 3).fill(data[0] as number);
const inOrder = Int32Array.from({ length: COUNT }, (_, i) => i);

/** Seven copies of one 21 x 14 photograph; labels count up. */
async function openSplit(): Promise<Split> {
  const ids = Array.from({ length: COUNT }, (_, i) => `${i}.png`);
  const root = await writeLayout({
    "metadata/train/image_ids.txt": ids.join("\n"),
    "metadata/train/class_labels.txt": ids.map((id, i) => `${id},${i}`).join("\n"),
  });
  await mkdir(join(root, "images"));
  const image = await readFile(join(__dirname, "fixtures", "rgb.png"));
  for (const id of ids) await writeFile(join(root, "images", id), image);
  return (await Dataset.open(root)).split("train");
}

function loaderWith({ cacheMemory = 1, calls = { count: 0 } } = {}) {
  const counted: ResizeImage = (...args) => {
    calls.count++;
    return resize(...args);
  };
  return new ImageLoader({ resize: counted, cmyk: "refuse", cacheMemory });
}

async function all(loader: ImageLoader, options: Partial<BatchOptions> & { split: Split }): Promise<LabelledBatch[]> {
  const batches: LabelledBatch[] = [];
  for await (const batch of loader.batches({ order: inOrder, batchSize: 3, side: SIDE, ...options }))
    batches.push(batch);
  return batches;
}

describe("ImageLoader.batches", () => {
  it("yields the images in the order asked for, with indices and labels, and a shorter last batch", async () => {
    const split = await openSplit();
    const order = Int32Array.of(6, 0, 3, 2, 5, 1, 4);
    const batches = await all(loaderWith(), { split, order });
    expect(batches.map(({ indices }) => [...indices])).toEqual([[6, 0, 3], [2, 5, 1], [4]]);
    expect(batches.map(({ labels }) => [...(labels as Int32Array)])).toEqual([[6, 0, 3], [2, 5, 1], [4]]);
    expect(batches.map(({ images }) => [images.count, images.height, images.width, images.data.length])).toEqual([
      [3, SIDE, SIDE, 144],
      [3, SIDE, SIDE, 144],
      [1, SIDE, SIDE, 48],
    ]);
  });

  it("starts inside an epoch with the batch that the whole epoch has there", async () => {
    const split = await openSplit();
    const whole = await all(loaderWith(), { split });
    expect(await all(loaderWith(), { split, startBatch: 1 })).toEqual(whole.slice(1));
    expect(await all(loaderWith(), { split, startBatch: 3 })).toEqual([]);
  });

  it("decodes each image once when the cache holds them, with the same pixels", async () => {
    const split = await openSplit();
    const calls = { count: 0 };
    const loader = loaderWith({ calls });
    const first = await all(loader, { split });
    expect(await all(loader, { split })).toEqual(first);
    expect(calls.count).toBe(COUNT);
  });

  it("decodes each time without a cache, and the rest each time with a small one", async () => {
    const split = await openSplit();
    const none = { count: 0 };
    const without = loaderWith({ cacheMemory: 0, calls: none });
    for (let epoch = 0; epoch < 2; epoch++) await all(without, { split });
    expect(none.count).toBe(2 * COUNT);
    const some = { count: 0 };
    const small = loaderWith({ cacheMemory: (3 * SIDE * SIDE * 3) / 2 ** 20, calls: some });
    for (let epoch = 0; epoch < 2; epoch++) await all(small, { split });
    expect(some.count).toBe(2 * COUNT - 3);
  });

  it("keeps sides apart in the cache", async () => {
    const split = await openSplit();
    const loader = loaderWith();
    await all(loader, { split });
    const [batch] = await all(loader, { split, side: 2 });
    expect(batch?.images.data).toHaveLength(3 * 2 * 2 * 3);
  });

  it("never hands out a block twice", async () => {
    const batches = await all(loaderWith(), { split: await openSplit() });
    expect(new Set(batches.map(({ images }) => images.data.buffer)).size).toBe(batches.length);
  });

  it("takes pixels as they are when the image has the side already", async () => {
    const split = await openSplit();
    const calls = { count: 0 };
    const square = await readFile(join(__dirname, "fixtures", "rgb.png"));
    const sharp = (await import("sharp")).default;
    const pixels = await sharp(square).extract({ left: 0, top: 0, width: SIDE, height: SIDE }).raw().toBuffer();
    const png = await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(split.imagePath(0), png);
    const [batch] = await all(loaderWith({ calls }), { split, order: Int32Array.of(0) });
    expect([...(batch as LabelledBatch).images.data]).toEqual([...pixels]);
    expect(calls.count).toBe(0);
  });

  it("fails at the batch of a bad image, naming the first one, after the good batches", async () => {
    const split = await openSplit();
    await rm(split.imagePath(4));
    await rm(split.imagePath(5));
    const batches = loaderWith().batches({ split, order: inOrder, batchSize: 3, side: SIDE });
    expect((await batches.next()).done).toBe(false);
    const error = (await rejectionOf(batches.next())) as WsolError;
    expect(error.code).toBe("ERR_WSOL_IMAGE");
    expect(error.message).toContain(split.imagePath(4));
  });

  it("fails at the batch of an image of another size than the metadata gives it", async () => {
    const split = await openSplit();
    const sizes = split.ids.map((_, index): ImageSize => (index === 4 ? [14, 21] : [21, 14]));
    const batches = loaderWith().batches({ split: { ...split, sizes }, order: inOrder, batchSize: 3, side: SIDE });
    expect((await batches.next()).done).toBe(false);
    expect(await rejectionOf(batches.next())).toMatchObject({ code: "ERR_WSOL_DATA", details: { image: "4.png" } });
  });

  it("stops when the signal aborts, with its reason", async () => {
    const split = await openSplit();
    const controller = new AbortController();
    const batches = loaderWith().batches({
      split,
      order: inOrder,
      batchSize: 1,
      side: SIDE,
      signal: controller.signal,
    });
    await batches.next();
    controller.abort("enough");
    expect(await rejectionOf(batches.next())).toBe("enough");
  });

  describe("with onBadImage skip", () => {
    it("leaves out of each batch what cannot be used, keeps the others' order, and names what it left out", async () => {
      const split = await openSplit();
      await rm(split.imagePath(4));
      await writeFile(split.imagePath(3), "no image");
      const sizes = split.ids.map((_, index): ImageSize => (index === 1 ? [14, 21] : [21, 14]));
      const loader = loaderWith();
      const batches = await all(loader, { split: { ...split, sizes }, onBadImage: "skip" });
      expect(batches.map(({ indices }) => [...indices])).toEqual([[0, 2], [5], [6]]);
      expect(batches.map(({ labels }) => [...(labels as Int32Array)])).toEqual([[0, 2], [5], [6]]);
      expect(batches.map(({ images }) => [images.count, images.data.length])).toEqual([
        [2, 96],
        [1, 48],
        [1, 48],
      ]);
      const skipped = batches.map((batch) =>
        batch.skipped.map(({ index, error }) => [index, error.code, error.details.problem]),
      );
      expect(skipped).toEqual([
        [[1, "ERR_WSOL_DATA", "size"]],
        [
          [3, "ERR_WSOL_IMAGE", "kind"],
          [4, "ERR_WSOL_IMAGE", "missing"],
        ],
        [],
      ]);
      const [whole] = await all(loader, { split: await openSplit(), order: Int32Array.of(0, 2) });
      expect(batches[0]?.images.data).toEqual(whole?.images.data);
      // The second pass takes the good ones from the cache.
      expect(await all(loader, { split: { ...split, sizes }, onBadImage: "skip" })).toEqual(batches);
    });

    it("yields an empty batch where all of it is left out", async () => {
      const split = await openSplit();
      for (const index of [0, 1, 2]) await rm(split.imagePath(index));
      const [batch] = await all(loaderWith(), { split, onBadImage: "skip" });
      expect([batch?.images.count, batch?.indices.length, batch?.skipped.length]).toEqual([0, 0, 3]);
    });

    it("still fails where something other than the image is wrong", async () => {
      const split = await openSplit();
      const loader = new ImageLoader({
        resize: async () => Promise.reject(new Error("no memory")),
        cmyk: "refuse",
        cacheMemory: 0,
      });
      await expect(all(loader, { split, onBadImage: "skip" })).rejects.toThrow("no memory");
    });

    it("does not wait for what never ends, such as a pipe", async () => {
      const split = await openSplit();
      await rm(split.imagePath(0));
      execFileSync("mkfifo", [split.imagePath(0)]);
      const [batch] = await all(loaderWith(), { split, order: Int32Array.of(0, 1), onBadImage: "skip" });
      expect(batch?.skipped[0]?.error.message).toMatch(/ is not a file$/);
    });
  });
});
