import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Split } from "../../../../../lib/data/dataset";
import { ImageLoader, type ImageLoaderOptions, type ResizeImage } from "../../../../../lib/data/images/loader";
import { makeSplit } from "../../../../../lib/data/split";
import { isWsolError, type WsolError } from "../../../../../lib/errors";
import { loadMetricsAddon } from "../../../../../lib/native/load-metrics";
import { root as repository } from "../../../../support/compiled";
import { writeImageSet } from "../../../../support/image-set";
import { runAsStranger, testAsStranger } from "../../../../support/other-user";
import { temporaryFolder } from "../../../../support/temporary-folder";
import { rejectionOf } from "../../layout";

const folder = temporaryFolder();
const COUNT = 7;
const SIDE = 4;
const IMAGE_BYTES = SIDE * SIDE * 3;
const inOrder = Int32Array.from({ length: COUNT }, (_, i) => i);
/** Where image 0 begins in a file of so few. */
const FIRST_IMAGE = 8192;

/** Pixels that tell the image's own apart; the photographs are all alike. */
function countingLoader(cacheDir: string, changes: Partial<ImageLoaderOptions> = {}) {
  const calls = { count: 0 };
  const resize: ResizeImage = async ({ data }, { width, height }) => {
    calls.count++;
    return Uint8Array.from({ length: width * height * 3 }, (_, at) => ((data[0] as number) + at) % 251);
  };
  const loader = new ImageLoader({ resize, cmyk: "refuse", cacheMemory: 0, cache: "disk", cacheDir, ...changes });
  return { loader, calls };
}

async function pixelsOf(loader: ImageLoader, split: Split, { side = SIDE, order = inOrder } = {}): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const { images } of loader.batches({ split, side, order, batchSize: 3 })) batches.push([...images.data]);
  return batches;
}

/** A set, and a folder for its cache. */
async function emptySet() {
  const place = mkdtempSync(join(folder, "set-"));
  return { split: await writeImageSet(join(place, "data"), COUNT), cacheDir: join(place, "cache") };
}

/** A set, its cache, and what a first pass has put there. */
async function filled() {
  const { split, cacheDir } = await emptySet();
  const { loader, calls } = countingLoader(cacheDir);
  const pixels = await pixelsOf(loader, split);
  expect(calls.count).toBe(COUNT);
  await loader.close();
  const [name] = readdirSync(cacheDir);
  return { split, cacheDir, pixels, file: join(cacheDir, name!, `train-${SIDE}.images`) };
}

/** Decodes that a new loader needs for all images. */
async function decodesOf(split: Split, cacheDir: string, changes: Partial<ImageLoaderOptions> = {}, side = SIDE) {
  const { loader, calls } = countingLoader(cacheDir, changes);
  await pixelsOf(loader, split, { side });
  await loader.close();
  return calls.count;
}

describe("data.cache=disk", () => {
  test("decodes each image once, whichever loader asks, in whichever order, with the same pixels", async () => {
    const { split, cacheDir, pixels } = await filled();
    const { loader, calls } = countingLoader(cacheDir);
    expect(await pixelsOf(loader, split)).toEqual(pixels);
    const backwards = await pixelsOf(loader, split, { order: inOrder.toReversed() });
    expect(backwards.flat().length).toBe(pixels.flat().length);
    expect(calls.count).toBe(0);
  });

  test("lies in one file for each data set, split and side, and reserves its space", async () => {
    const { split, cacheDir, file } = await filled();
    expect(statSync(file).size).toBe(FIRST_IMAGE + COUNT * IMAGE_BYTES);
    await decodesOf(split, cacheDir, {}, 2);
    expect(readdirSync(join(file, "..")).sort()).toEqual([
      ...["train-2.images", "train-2.images.lock", "train-4.images", "train-4.images.lock"],
    ]);
  });

  test.each<[string, number, (split: Split) => Split | undefined]>([
    ["the time of a source", 1, (split) => void utimesSync(split.imagePath(3), 1, 1)],
    ["the size of a source", 1, (split) => void writeFileSync(split.imagePath(2), Buffer.alloc(9), { flag: "a" })],
    ["the paths of two sources", 2, swapFirstTwo],
    ["the size that the metadata gives", 7, (split) => makeSplit({ ...split, sizes: split.ids.map(() => [21, 14]) })],
    ["nothing", 0, () => undefined],
  ])("decodes again what changed with %s: %i", async (_, expected, change) => {
    const { split, cacheDir } = await filled();
    const changed = change(split) ?? split;
    expect(await decodesOf(changed, cacheDir)).toBe(expected);
    expect(await decodesOf(changed, cacheDir)).toBe(0);
  });

  test.each<[string, Partial<ImageLoaderOptions>]>([
    ["cmyk", { cmyk: "convert" }],
    ["what resizes", { resizedBy: "LibTorch 99" }],
  ])("decodes all again with another %s", async (_, changes) => {
    const { split, cacheDir } = await filled();
    expect(await decodesOf(split, cacheDir, changes)).toBe(COUNT);
    expect(await decodesOf(split, cacheDir, changes)).toBe(0);
  });

  test("decodes all again for another number of images, into a file of another size", async () => {
    const { split, cacheDir, file } = await filled();
    const fewer = makeSplit({ ...split, ids: split.ids.slice(0, 5), labels: split.labels.slice(0, 5) });
    const { loader, calls } = countingLoader(cacheDir);
    await pixelsOf(loader, fewer, { order: inOrder.slice(0, 5) });
    expect([calls.count, statSync(file).size]).toEqual([5, FIRST_IMAGE + 5 * IMAGE_BYTES]);
  });

  test.each([0, 2, 4])("finds a flipped bit of image %i by its checksum and decodes it again", async (image) => {
    const { split, cacheDir, pixels, file } = await filled();
    const opened = await open(file, "r+");
    const at = FIRST_IMAGE + image * IMAGE_BYTES + 7 * image;
    const { buffer } = await opened.read(Buffer.alloc(1), 0, 1, at);
    await opened.write(Buffer.from([buffer[0]! ^ 0x20]), 0, 1, at);
    await opened.close();
    const { loader, calls } = countingLoader(cacheDir);
    expect(await pixelsOf(loader, split)).toEqual(pixels);
    expect(calls.count).toBe(1);
  });

  test.each<[string, (file: string) => void]>([
    ["cut short", (file) => truncateSync(file, FIRST_IMAGE + 5)],
    ["empty", (file) => truncateSync(file, 0)],
    ["another file", (file) => writeFileSync(file, "something else, much shorter")],
    ["a file without its header", (file) => writeFileSync(file, Buffer.alloc(statSync(file).size))],
  ])("replaces a file that is %s", async (_, damage) => {
    const { split, cacheDir, pixels, file } = await filled();
    damage(file);
    const { loader, calls } = countingLoader(cacheDir);
    expect(await pixelsOf(loader, split)).toEqual(pixels);
    expect(calls.count).toBe(COUNT);
    expect(await decodesOf(split, cacheDir)).toBe(0);
  });

  test("goes on when the file is cut short, removed or replaced under a loader that has it open", async () => {
    const { split, cacheDir, pixels, file } = await filled();
    const { loader, calls } = countingLoader(cacheDir);
    await pixelsOf(loader, split);
    truncateSync(file, 100);
    expect(await pixelsOf(loader, split)).toEqual(pixels);
    expect(calls.count).toBe(COUNT);
    rmSync(file);
    copyFileSync(__filename, file);
    expect(await pixelsOf(loader, split)).toEqual(pixels);
    expect(calls.count).toBe(COUNT);
  });

  // All are looked at first, and one decoder reads a few ahead: the last is read after the first is decoded.
  test.each([
    ["before it is read, and stores it as it is then", 6, 0],
    ["while it is decoded, and decodes it again", 0, 1],
  ])("sees that a file is replaced %s", async (_, image, again) => {
    const { split, cacheDir } = await emptySet();
    let isFirst = true;
    const resize: ResizeImage = async (_image, { width, height }) => {
      if (isFirst) utimesSync(split.imagePath(image), 1, 1);
      isFirst = false;
      return new Uint8Array(width * height * 3);
    };
    const { loader } = countingLoader(cacheDir, { resize, workers: 1 });
    for await (const _batch of loader.batches({ split, side: SIDE, order: inOrder, batchSize: COUNT }));
    await loader.close();
    expect(await decodesOf(split, cacheDir)).toBe(again);
  });

  test("reports an image that cannot be decoded each time, and holds the others", async () => {
    const { split, cacheDir } = await filled();
    writeFileSync(split.imagePath(4), "no image any more");
    for (let time = 0; time < 2; time++) {
      const { loader, calls } = countingLoader(cacheDir);
      const error = (await rejectionOf(pixelsOf(loader, split))) as WsolError;
      expect([error.code, error.message.includes(split.imagePath(4)), calls.count]).toEqual([
        "ERR_WSOL_IMAGE",
        true,
        0,
      ]);
    }
    rmSync(split.imagePath(4));
    expect(await rejectionOf(pixelsOf(countingLoader(cacheDir).loader, split))).toMatchObject({
      code: "ERR_WSOL_IMAGE",
    });
  });

  test("shares the work among loaders that begin at once: each image is decoded by one of them", async () => {
    const place = mkdtempSync(join(folder, "set-"));
    const split = await writeImageSet(join(place, "data"), 60);
    const order = Int32Array.from({ length: 60 }, (_, i) => i);
    const loaders = [1, 2, 3].map(() => countingLoader(join(place, "cache")));
    const pixels = await Promise.all(loaders.map(({ loader }) => pixelsOf(loader, split, { order })));
    expect(loaders.reduce((sum, { calls }) => sum + calls.count, 0)).toBe(60);
    expect(pixels[1]).toEqual(pixels[0]);
    expect(pixels[2]).toEqual(pixels[0]);
  });

  test("gives an image up that a stopped pass was about to decode", async () => {
    const place = mkdtempSync(join(folder, "set-"));
    const split = await writeImageSet(join(place, "data"), COUNT);
    const { loader } = countingLoader(join(place, "cache"), { workers: 1 });
    const stop = new AbortController();
    const batches = loader.batches({ split, side: SIDE, order: inOrder, batchSize: 3, signal: stop.signal });
    const first = batches.next();
    setTimeout(() => stop.abort("enough"), 5);
    await first.catch(() => undefined);
    await rejectionOf(
      batches
        .next()
        .then(() => batches.next())
        .then(() => {
          throw "enough";
        }),
    );
    expect((await pixelsOf(loader, split)).length).toBe(3);
  });

  test("says how much room it needs before it decodes anything, on a disk that has less", async () => {
    const disk = mountedDisk();
    if (disk === null) return console.warn("skipped: a small disk to fill needs the right to mount one");
    try {
      const split = await writeImageSet(mkdtempSync(join(folder, "set-")), COUNT);
      const { loader, calls } = countingLoader(join(disk, "cache"));
      const error = (await rejectionOf(pixelsOf(loader, split, { side: 512 }))) as WsolError;
      expect(error).toMatchObject({ code: "ERR_WSOL_WRITE", details: { bytes: FIRST_IMAGE + COUNT * 512 * 512 * 3 } });
      expect(error.message).toMatch(/it needs 6 MiB, the disk has 2 MiB left/);
      expect(error.fix).toContain("data.cacheDir");
      expect(calls.count).toBe(0);
      expect(
        readdirSync(join(disk, "cache"), { recursive: true }).filter((name) => String(name).includes("tmp")),
      ).toEqual([]);
      // Another side fits, whose space is then its own.
      expect((await pixelsOf(loader, split, { side: 32 })).length).toBe(3);
      await loader.close();
    } finally {
      spawnSync("umount", ["-l", disk]);
    }
  });

  testAsStranger()("reads what a folder holds that may not be written, and says where it cannot begin", async () => {
    const { split, cacheDir, file } = await filled();
    writeFileSync(split.imagePath(1), Buffer.alloc(3), { flag: "a" });
    spawnSync("chmod", ["-R", "a+rX,go-w", folder]);
    const program = `
      const { ImageLoader } = require(${JSON.stringify(join(repository, "dist/data/images/loader"))});
      const { Dataset } = require(${JSON.stringify(join(repository, "dist/data/dataset"))});
      (async () => {
        const split = (await Dataset.open(${JSON.stringify(split.root)})).split("train");
        let decodes = 0; const warnings = [];
        const resize = async (_, { width, height }) => { decodes++; return new Uint8Array(width * height * 3); };
        const pass = async (side, cacheDir) => {
          const loader = new ImageLoader({ resize, cmyk: "refuse", cacheMemory: 0, cache: "disk", cacheDir, onWarning: (one) => warnings.push(one) });
          for (let epoch = 0; epoch < 2; epoch++)
            for await (const _ of loader.batches({ split, side, order: Int32Array.of(0, 1, 2), batchSize: 3 }));
        };
        await pass(${SIDE}, ${JSON.stringify(cacheDir)});
        const { code, message, fix } = await pass(9, ${JSON.stringify(cacheDir)}).catch((error) => error);
        console.log(JSON.stringify({ decodes, warnings, code, message, fix }));
      })();`;
    const { stdout, stderr } = runAsStranger(["-e", program]);
    expect(stderr).toBe("");
    const told = JSON.parse(stdout) as Record<string, unknown>;
    expect(told).toMatchObject({ decodes: 2, code: "ERR_WSOL_WRITE", fix: expect.stringContaining("data.cacheDir") });
    expect(told.warnings).toEqual([`'${file}' may not be written: images that it lacks are decoded each time`]);
    expect(told.message).toContain("train-9.images");
  });
});

describe("ImageFile", () => {
  const stamp = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const make = async () => {
    const path = join(mkdtempSync(join(folder, "file-")), "file");
    const file = new (loadMetricsAddon().ImageFile)(path, { count: 3, imageBytes: 5 });
    await file.create(path);
    expect(file.open()).toBe("opened");
    return file;
  };

  test("finishes the calls that run when it is closed, and refuses those that come later", async () => {
    const file = await make();
    await file.write(1, stamp, Uint8Array.of(5, 4, 3, 2, 1));
    const reading = file.read(Int32Array.of(1, 0), Buffer.concat([stamp, stamp]));
    file.close();
    file.close();
    const { images, states } = await reading;
    expect([[...images], [...states]]).toEqual([
      [5, 4, 3, 2, 1, 0, 0, 0, 0, 0],
      [0, 1],
    ]);
    expect(await rejectionOf(file.read(Int32Array.of(1), stamp))).toMatchObject({ code: "ERR_WSOL_CLOSED" });
    expect(await rejectionOf(file.write(1, stamp, new Uint8Array(5)))).toMatchObject({ code: "ERR_WSOL_CLOSED" });
    expect(() => file.release(1)).not.toThrow();
  });

  test("reads its arguments at the call: what becomes of them afterwards changes nothing", async () => {
    const file = await make();
    const image = Uint8Array.of(9, 8, 7, 6, 5);
    const own = stamp.slice();
    const writing = file.write(2, own, image);
    image.fill(0);
    own.fill(0);
    await writing;
    const [indices, stamps] = [Int32Array.of(2), stamp.slice()];
    const reading = file.read(indices, stamps);
    indices.fill(0);
    structuredClone(stamps, { transfer: [stamps.buffer] });
    expect([...(await reading).images]).toEqual([9, 8, 7, 6, 5]);
  });

  test.each<[string, (file: Awaited<ReturnType<typeof make>>) => unknown]>([
    ["an index beyond", (file) => file.read(Int32Array.of(3), stamp)],
    ["a negative index", (file) => file.read(Int32Array.of(-1), stamp)],
    ["too few stamps", (file) => file.read(Int32Array.of(1, 2), stamp)],
    ["an image of another size", (file) => file.write(1, stamp, new Uint8Array(4))],
    ["a stamp of another size", (file) => file.write(1, new Uint8Array(7), new Uint8Array(5))],
    ["an index that is no whole number", (file) => file.write(0.5, stamp, new Uint8Array(5))],
  ])("refuses %s", async (_, call) => {
    const file = await make();
    expect(await rejectionOf(Promise.resolve(call(file)))).toMatchObject({ code: "ERR_WSOL_ARGUMENT" });
  });

  test("refuses shapes without images and receivers of another class", async () => {
    const { ImageFile } = loadMetricsAddon();
    expect(() => new ImageFile("x", { count: 0, imageBytes: 5 })).toThrow("count");
    const file = await make();
    let thrown: unknown;
    try {
      Object.getPrototypeOf(file).close.call({});
    } catch (error) {
      thrown = error;
    }
    expect(isWsolError(thrown, "ERR_WSOL_ARGUMENT")).toBe(true);
  });
});

function swapFirstTwo(split: Split): Split {
  const [first, second, ...others] = split.ids;
  return makeSplit({ ...split, ids: [second!, first!, ...others] });
}

/** A file system of 2 MiB; null where this process may not mount one. */
function mountedDisk(): string | null {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]).status === 0 ? disk : null;
}
