import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readCheckpointFile } from "../../../lib/checkpoint/weights";
import type { ConfigInput } from "../../../lib/config/schema";
import { cacheImages } from "../../../lib/data/images/cache-images";
import { evaluateRun } from "../../../lib/evaluate/evaluate-run";
import { fit as train } from "../../../lib/train/fit";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

jest.setTimeout(240_000);

const folder = temporaryFolder();
const cacheDir = join(folder, "cache");
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder, { train: 13, val: 3, test: 4 });
});

async function trained(name: string, settings: ConfigInput["data"]) {
  const out = join(folder, name);
  const { finalEpoch } = await train(data, { ...TINY_CONFIG, data: { ...TINY_CONFIG.data, ...settings }, out });
  const { tensors } = await readCheckpointFile(join(out, "last.safetensors"));
  return { tensors: tensors.map(({ name, data }) => [name, Buffer.from(data).toString("base64")]), finalEpoch, out };
}

test("training and evaluation from disk equal those from memory and those without a cache, bit for bit", async () => {
  const memory = await trained("memory", {});
  const none = await trained("none", { cache: "none", workers: 1 });
  const filling = await trained("filling", { cache: "disk", cacheDir });
  const filled = await trained("filled", { cache: "disk", cacheDir, workers: 3 });
  for (const other of [none, filling, filled]) {
    expect(other.tensors).toEqual(memory.tensors);
    expect(other.finalEpoch).toMatchObject({ loss: memory.finalEpoch!.loss, val: memory.finalEpoch!.val });
    expect(other.finalEpoch!.waitFraction).toBeLessThan(1);
  }
  const { evaluated: _, ...fromFiles } = await evaluateRun(memory.out, data);
  const { evaluated: __, ...fromDisk } = await evaluateRun(filled.out, data);
  expect(fromDisk).toEqual(fromFiles);
  const [set] = readdirSync(cacheDir);
  expect(
    readdirSync(join(cacheDir, set!))
      .filter((name) => name.endsWith(".images"))
      .sort(),
  ).toEqual([...["test-32.images", "train-40.images", "val-32.images"]]);
});

test("cacheImages decodes ahead what runs read, says where, and goes on where it was stopped", async () => {
  const config = { data: { imageSize: 24, cropSize: 20, cacheDir } };
  const stop = new AbortController();
  const stopped = cacheImages(data, config, { signal: stop.signal, onProgress: () => stop.abort("enough") });
  await expect(stopped).rejects.toBe("enough");
  const progress: number[][] = [];
  const cached = await cacheImages(data, config, {
    splits: ["train", "test"],
    onProgress: (...numbers) => progress.push(numbers),
  });
  expect(cached.map(({ split, images, side }) => [split, images, side])).toEqual([
    ["train", 13, 24],
    ["test", 4, 20],
  ]);
  expect(cached.every(({ path }) => existsSync(path))).toBe(true);
  expect(progress.at(-1)).toEqual([17, 17]);
  await expect(cacheImages(data, config, { split: "train" } as never)).rejects.toMatchObject({
    code: "ERR_WSOL_ARGUMENT",
  });
});
