import { cpSync } from "node:fs";
import { join } from "node:path";
import type { ConfigInput } from "../../lib/config/schema";
import { evaluateRun } from "../../lib/evaluate/evaluate-run";
import { Localizer } from "../../lib/localize/localizer";
import { loadTorchAddon } from "../../lib/native/load-torch";
import { fit as train } from "../../lib/train/fit";
import { caught } from "../support/caught";
import { loggedEvents } from "../support/run-files";
import { patternBatch, SMALL_NETWORK, SMALL_TRAINER } from "../support/small-network";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../support/tiny-data";

// WSOL_TEST_DEVICE, such as cuda:0, beside the CPU; the CPU beside itself where it is not set.

jest.setTimeout(300_000);

const DEVICE = process.env.WSOL_TEST_DEVICE ?? "cpu";
const IMAGES = 9;
const folder = temporaryFolder();
const out = join(folder, "run");
let data: string;

const config = (settings: ConfigInput = {}): ConfigInput => ({ ...TINY_CONFIG, device: DEVICE, ...settings });

beforeAll(async () => {
  data = await tinyDataset(folder, { test: IMAGES });
  await train(data, { ...config(), out });
});

test("a run learns what it learns on the CPU", async () => {
  const { last } = await train(data, { out }, { resume: true });
  expect(last.epoch).toBe(2);
  const onCpu = await train(data, { ...TINY_CONFIG, out: join(folder, "cpu") });
  expect(onCpu.last.epoch).toBe(2);
  const lossOf = (run: string) => loggedEvents(run).find(({ type }) => type === "epoch")!.loss as number;
  expect(Math.abs(lossOf(out) / lossOf(join(folder, "cpu")) - 1)).toBeLessThan(0.05);
});

test("bfloat16 trains too", async () => {
  const { last } = await train(data, { ...config({ precision: "bfloat16" }), out: join(folder, "bfloat16") });
  expect(last.epoch).toBe(2);
});

test("a checkpoint of one device goes on on the other", async () => {
  const moved = join(folder, "moved");
  cpSync(out, moved, { recursive: true });
  const { optim } = TINY_CONFIG;
  const onCpu = { device: "cpu", optim: { ...optim, epochs: 3 } } as const;
  expect((await train(data, { ...onCpu, out: moved }, { resume: true })).last.epoch).toBe(3);
  const back = { device: DEVICE, optim: { ...optim, epochs: 4 } };
  expect((await train(data, { ...back, out: moved }, { resume: true })).last.epoch).toBe(4);
});

test("an evaluation finds what the CPU finds", async () => {
  const there = await evaluateRun(out, data, { device: DEVICE });
  const here = await evaluateRun(out, data, { device: "cpu" });
  expect(Math.abs(there.top1Cls! - here.top1Cls!)).toBeLessThanOrEqual(1 / IMAGES);
  expect(there.meanEntropy).toBeCloseTo(here.meanEntropy!, 2);
  expect(there.pxap).toBeCloseTo(here.pxap!, 2);
});

test("photographs are localized as on the CPU, alone and in batches", async () => {
  const pictures = Array.from({ length: 3 }, (_, image) => ({
    data: Uint8Array.from({ length: 60 * 50 * 3 }, (_, at) => (at * (7 + image)) & 0xff),
    ...{ width: 60, height: 50, channels: 3 as const },
  }));
  const [there, here] = await Promise.all([
    Localizer.load(out, { device: DEVICE }),
    Localizer.load(out, { device: "cpu" }),
  ]);
  try {
    const together = await there.localize(pictures);
    const alone = await here.localize(pictures[0]!);
    expect(together).toHaveLength(pictures.length);
    expect(together[0]![0]!.label).toBe(alone[0]!.label);
    expect(together[0]![0]!.probability).toBeCloseTo(alone[0]!.probability, 2);
  } finally {
    await Promise.all([there.close(), here.close()]);
  }
});

test("NCCL of one process changes nothing", async () => {
  const addon = loadTorchAddon();
  if (DEVICE === "cpu" || !addon.info().hasNccl) return console.warn("skipped: needs a GPU and the addon 'cuda'");
  const losses = async (backend: "gloo" | "nccl", port: number): Promise<number[]> => {
    const processes = new addon.ProcessGroup({
      ...{ address: "127.0.0.1", port, keepsStore: true, name: "test", rank: 0, worldSize: 1, seconds: 60 },
    });
    await processes.ready();
    const network = new addon.Network({ ...SMALL_NETWORK, device: DEVICE });
    const distributed = { backend, syncBatchNorm: true };
    const trainer = new addon.Trainer(network, { ...SMALL_TRAINER, processes, distributed });
    const found: number[] = [];
    await trainer.shareState(true);
    for (let step = 0; step < 3; step++) {
      const result = await trainer.step(patternBatch(), Int32Array.of(1, 2), { learningRate: 0.01, step });
      found.push(result!.loss);
    }
    await trainer.close();
    await network.close();
    await processes.close();
    return found;
  };
  const [gloo, nccl] = [await losses("gloo", 29511), await losses("nccl", 29512)];
  gloo.forEach((loss, step) => {
    expect(nccl[step]).toBeCloseTo(loss, 4);
  });
});

test("a device that is not there is an error, and no run is begun", async () => {
  const error = await caught(() => train(data, { ...config({ device: "cuda:99" }), out: join(folder, "none") }));
  expect(error).toMatchObject({ code: "ERR_WSOL_DEVICE" });
});
