import { createHash } from "node:crypto";
import { loadTorchAddon } from "../../../lib/native/load-torch";
import type { NativeNetwork, NativeTensor, NativeTrainer, ScoreMapOptions } from "../../../lib/native/torch-addon";
import { caught } from "../../support/caught";
import { patternBatch, SMALL_NETWORK, SMALL_TRAINER, withOption } from "../../support/small-network";

jest.setTimeout(60_000);

const addon = loadTorchAddon();
const LABELS = Int32Array.of(1, 2);
const MAPS: ScoreMapOptions = { kind: "cam", stage: 4, normalisation: "minmax", size: 28, labels: null, topK: 2 };
const setting = (step: number) => ({ learningRate: 0.01, step });

let network: NativeNetwork;
let trainer: NativeTrainer | undefined;

beforeEach(() => {
  network = new addon.Network(SMALL_NETWORK);
});

afterEach(async () => {
  await trainer?.close();
  trainer = undefined;
  await network.close();
});

function train(options: object = {}): NativeTrainer {
  trainer = new addon.Trainer(network, { ...SMALL_TRAINER, ...options });
  return trainer;
}

/** A copy with one value of one tensor replaced. */
function withValue(tensors: readonly NativeTensor[], name: string, value: number): NativeTensor[] {
  return tensors.map((tensor) => {
    if (tensor.name !== name) return tensor;
    const data = Uint8Array.from(tensor.data);
    new DataView(data.buffer).setFloat32(0, value, true);
    return { ...tensor, data };
  });
}

/** Names, shapes and a digest of the bytes: 45 MB are too many for toEqual. */
function digests(tensors: readonly NativeTensor[]): object[] {
  return tensors.map(({ data, ...info }) => ({ ...info, data: createHash("sha1").update(data).digest("hex") }));
}

/** A map brought to [0, 1]. */
function minmax(map: Float32Array): number[] {
  const [least, largest] = [Math.min(...map), Math.max(...map)];
  return [...map].map((value) => (value - least) / (largest - least));
}

async function expectCode(code: string, act: () => unknown): Promise<string> {
  const error = await caught(act);
  expect(error).toMatchObject({ name: "WsolError", code });
  return error.message;
}

describe("Network", () => {
  test("gives logits, probabilities that sum to 1, and their entropy", async () => {
    const { logits, probabilities, entropy, ...maps } = await network.infer(patternBatch(), null);
    const { classes, scoreMaps, rawMaps } = maps;
    expect([logits.length, probabilities.length, entropy.length]).toEqual([10, 10, 2]);
    const first = probabilities.subarray(0, 5);
    expect(first.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 14);
    expect(entropy[0]).toBeCloseTo(-first.reduce((sum, p) => sum + p * Math.log(p), 0), 12);
    expect([classes, scoreMaps, rawMaps]).toEqual([null, null, null]);
  });

  test("draws score maps in [0, 1] of the most probable classes, or of the classes asked for", async () => {
    const top = await network.infer(patternBatch(), MAPS);
    expect([top.mapHeight, top.mapWidth, top.scoreMaps?.length]).toEqual([28, 28, 2 * 2 * 28 * 28]);
    expect(top.scoreMaps?.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(top.classes?.[0]).toBe(top.logits.indexOf(Math.max(...top.logits.subarray(0, 5))));
    const asked = await network.infer(patternBatch(), { ...MAPS, size: 0, labels: LABELS });
    expect([...asked.classes!]).toEqual([1, 2]);
    expect([asked.mapHeight, asked.mapWidth]).toEqual([3, 3]);
  });

  test("draws as many maps of each image as classes are asked for, and tells where each image's begin", async () => {
    const labels = { values: Int32Array.of(4, 0, 3, 1), offsets: Int32Array.of(0, 1, 4) };
    const found = await network.infer(patternBatch(), { ...MAPS, size: 0, labels });
    expect([...found.offsets!]).toEqual([0, 1, 4]);
    expect([...found.classes!]).toEqual([4, 0, 3, 1]);
    expect([found.scoreMaps!.length, found.rawMaps!.length]).toEqual([4 * 9, 4 * 9]);
    const one = await network.infer(patternBatch(), { ...MAPS, size: 0, labels: Int32Array.of(4, 3) });
    const expected = [...found.scoreMaps!.slice(0, 9), ...found.scoreMaps!.slice(18, 27)];
    // Sums of another shape round otherwise.
    one.scoreMaps!.forEach((score, at) => {
      expect(score).toBeCloseTo(expected[at]!, 5);
    });
  });

  test("draws the most probable class and all that are probable enough", async () => {
    const { probabilities } = await network.infer(patternBatch(), null);
    const least = [...probabilities].sort((a, b) => b - a)[4]!;
    const found = await network.infer(patternBatch(), { ...MAPS, topK: 5, minProbability: least });
    for (const image of [0, 1]) {
      const own = [...probabilities.subarray(image * 5, (image + 1) * 5)];
      const expected = [...own.keys()]
        .sort((a, b) => own[b]! - own[a]!)
        .filter((at, rank) => rank === 0 || own[at]! >= least);
      expect([...found.classes!.subarray(found.offsets![image], found.offsets![image + 1])]).toEqual(expected);
    }
  });

  test("gives the maps before resize and normalisation too, in the size of the stage that they are of", async () => {
    const { scoreMaps, rawMaps, rawHeight, rawWidth } = await network.infer(patternBatch(), { ...MAPS, size: 0 });
    expect([rawHeight, rawWidth]).toEqual([3, 3]);
    expect(rawMaps!.constructor.name).toBe("Float32Array");
    const normalised = Array.from({ length: 4 }, (_, map) => minmax(rawMaps!.subarray(map * 9, (map + 1) * 9))).flat();
    expect(scoreMaps!.length).toBe(normalised.length);
    normalised.forEach((score, at) => {
      expect(scoreMaps![at]).toBeCloseTo(score, 12);
    });
    const inner = await network.infer(patternBatch(), { ...MAPS, kind: "grad-cam", stage: 1 });
    expect([inner.rawHeight, inner.rawWidth, inner.rawMaps!.length]).toEqual([10, 10, 2 * 2 * 10 * 10]);
  });

  test("gives what each stage makes of the images", async () => {
    const stages = await network.features(patternBatch());
    const shapes = stages.map(({ channels, height, width }) => [channels, height, width]);
    expect(shapes).toEqual([
      [64, 10, 10],
      [128, 5, 5],
      [256, 3, 3],
      [512, 3, 3],
    ]);
    for (const { data, channels, height, width } of stages) {
      expect(data.constructor.name).toBe("Float32Array");
      expect(data.length).toBe(2 * channels * height * width);
      // All four follow a ReLU.
      expect(data.every((value) => value >= 0)).toBe(true);
    }
    const second = await network.features({ ...patternBatch(1), data: patternBatch().data.slice(40 * 40 * 3) });
    const last = stages[3]!;
    expect(second[3]!.data.length).toBe(last.data.length / 2);
    second[3]!.data.forEach((value, at) => {
      expect(value).toBeCloseTo(last.data[last.data.length / 2 + at]!, 4);
    });
  });

  test("settles calls in the order in which they were made", async () => {
    const order: number[] = [];
    const calls = [
      () => network.infer(patternBatch(8, 64), MAPS),
      () => network.tensorTable(),
      () => network.exportTensors(),
      () => network.infer(patternBatch(1, 32), null),
      () => network.ready(),
    ];
    await Promise.all(calls.map((call, index) => call().then(() => order.push(index))));
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  test("exports what it imports, to the bit, under PyTorch's names", async () => {
    const other = new addon.Network({ ...SMALL_NETWORK, seed: 2 });
    const [mine, theirs] = await Promise.all([network.exportTensors(), other.exportTensors()]);
    expect(mine[0]).toMatchObject({ name: "conv1.weight", dtype: "F32", shape: [64, 3, 7, 7] });
    expect(digests(mine)[0]).not.toEqual(digests(theirs)[0]);
    await network.importTensors(theirs);
    expect(digests(await network.exportTensors())).toEqual(digests(theirs));
    expect(await network.tensorTable()).toEqual(theirs.map(({ data: _, ...info }) => info));
    await other.close();
  });

  test("imports tensors that start at any byte of a file", async () => {
    const tensors = await network.exportTensors();
    const shifted = tensors.map((tensor) => {
      const file = new Uint8Array(tensor.data.length + 1);
      file.set(tensor.data, 1);
      return { ...tensor, data: file.subarray(1) };
    });
    await network.importTensors(shifted);
    expect(digests(await network.exportTensors())).toEqual(digests(tensors));
  });

  test.each<[string, (tensors: NativeTensor[]) => NativeTensor[], string]>([
    ["a missing tensor", (tensors) => tensors.slice(1), "conv1.weight"],
    ["a tensor too many", (tensors) => [...tensors, { ...tensors[0]!, name: "extra" }], "extra"],
    ["another shape", ([first, ...rest]) => [{ ...first!, shape: [3, 64, 7, 7] }, ...rest], "conv1.weight"],
    ["a dtype that nobody knows", ([first, ...rest]) => [{ ...first!, dtype: "F7" }, ...rest], "conv1.weight"],
    [
      "fewer bytes than the shape has",
      ([first, ...rest]) => [{ ...first!, data: new Uint8Array(4) }, ...rest],
      "conv1",
    ],
  ])("refuses %s with ERR_WSOL_CHECKPOINT and changes nothing", async (_, change, name) => {
    const tensors = await network.exportTensors();
    const wrong = change(withValue(tensors, "fc.bias", 7));
    expect(await expectCode("ERR_WSOL_CHECKPOINT", () => network.importTensors(wrong))).toContain(name);
    expect(digests(await network.exportTensors())).toEqual(digests(tensors));
  });

  test("NaN weights give NaN probabilities, and no crash", async () => {
    await network.importTensors(withValue(await network.exportTensors(), "fc.bias", Number.NaN));
    const { logits, probabilities, entropy } = await network.infer(patternBatch(), MAPS);
    expect([logits[0], probabilities[0], entropy[0]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("closing twice is closing once; later calls reject with ERR_WSOL_CLOSED", async () => {
    const last = network.infer(patternBatch(), null);
    expect(network.closed).toBe(false);
    const closing = network.close();
    expect(network.closed).toBe(true);
    await Promise.all([last, closing, network.close()]);
    await network.close();
    for (const call of [
      () => network.ready(),
      () => network.infer(patternBatch(), null),
      () => network.features(patternBatch()),
      () => network.tensorTable(),
    ])
      await expectCode("ERR_WSOL_CLOSED", call);
    await expectCode("ERR_WSOL_CLOSED", () => new addon.Trainer(network, SMALL_TRAINER));
  });

  test.each<[string, string, string, string]>([
    ["an unknown backbone", "model.backbone", "vgg16", "ERR_WSOL_ARGUMENT"],
    ["a stem that the backbone has not", "model.stem", "activated", "ERR_WSOL_ARGUMENT"],
    ["an unknown device", "device", "gpu", "ERR_WSOL_ARGUMENT"],
    ["a device that does not exist", "device", "cuda:99", "ERR_WSOL_DEVICE"],
  ])("ready rejects %s, and so does every other call", async (_, key, value, code) => {
    const impossible = new addon.Network(withOption(SMALL_NETWORK, key, value));
    await expectCode(code, () => impossible.ready());
    await expectCode(code, () => impossible.infer(patternBatch(), null));
    await expectCode(code, () => impossible.features(patternBatch()));
    await impossible.close();
  });

  test.each<[string, unknown]>([
    ["model.backbone", 18],
    ["model.stem", undefined],
    ["model.numClasses", 1],
    ["model.numClasses", 2.5],
    ["model.lastStride", 3],
    ["model.layer3Stride", "1"],
    ["device", null],
    ["model", null],
    ["method.name", "magic"],
    ["method.has.gridSize", 0],
    ["method.cutmix.beta", Number.NaN],
    ["method.cutmix.beta", 1e-3],
    ["method.adl.threshold", 1.5],
    ["method.rdap.blockSize", 0.5],
    ["method.acol", null],
    ["precision", "float16"],
    ["threads", -1],
    ["seed", Number.NaN],
  ])("the constructor refuses a wrong %s: %p", async (key, value) => {
    const act = () => new addon.Network(withOption(SMALL_NETWORK, key, value));
    const name = key === "method.name" ? "method" : key.split(".").at(-1);
    expect(await expectCode("ERR_WSOL_ARGUMENT", act)).toMatch(new RegExp(`^expected .+ for '${name}', got .+`));
  });

  test.each<[string, object]>([
    ["data", { data: new Uint8Array(10) }],
    ["data", { data: new Float32Array(2 * 40 * 40 * 3) }],
    ["data", { data: [1, 2, 3] }],
    ["count", { count: 0 }],
    ["height", { height: 1e300 }],
    ["width", { width: -40 }],
  ])("infer and features refuse a batch with a wrong %s", async (name, change) => {
    const batch = { ...patternBatch(), ...change };
    expect(await expectCode("ERR_WSOL_ARGUMENT", () => network.features(batch))).toContain(`'${name}'`);
    expect(await expectCode("ERR_WSOL_ARGUMENT", () => network.infer(batch, null))).toContain(`'${name}'`);
  });

  test("infer refuses data whose buffer was transferred away", async () => {
    const batch = patternBatch();
    structuredClone(batch.data.buffer, { transfer: [batch.data.buffer as ArrayBuffer] });
    await expectCode("ERR_WSOL_ARGUMENT", () => network.infer(batch, null));
  });

  test("infer takes data whose buffer may shrink: it is copied at the call", async () => {
    const { data, ...sizes } = patternBatch();
    // The types of the target do not know resizable buffers yet.
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(length: number): void };
    const buffer = new Resizable(data.length, { maxByteLength: 1e6 });
    const resizable = new Uint8Array(buffer);
    resizable.set(data);
    const call = network.infer({ data: resizable, ...sizes }, null);
    buffer.resize(0);
    expect((await call).logits).toEqual((await network.infer(patternBatch(), null)).logits);
  });

  test("a getter of the arguments that closes the network makes the call reject with ERR_WSOL_CLOSED", async () => {
    const { data, ...sizes } = patternBatch();
    const closing = {
      ...sizes,
      get data() {
        void network.close();
        return data;
      },
    };
    await expectCode("ERR_WSOL_CLOSED", () => network.infer(closing, null));
  });

  test.each<[string, object]>([
    ["kind", { kind: "score-cam" }],
    ["normalisation", { normalisation: "softmax" }],
    ["size", { size: -1 }],
    ["topK", { topK: 6 }],
    ["labels", { labels: Int32Array.of(1) }],
    ["labels", { labels: Int32Array.of(1, 2, 3) }],
    ["labels", { labels: Int32Array.of(1, 5) }],
    ["labels", { labels: [1, 2] }],
    ["labels", { labels: { values: Int32Array.of(1, 2), offsets: Int32Array.of(0, 0, 2) } }],
    ["labels", { labels: { values: Int32Array.of(1, 2), offsets: Int32Array.of(0, 2, 1) } }],
    ["labels", { labels: { values: Int32Array.of(1, 2), offsets: Int32Array.of(0, 1, 2 ** 30) } }],
    ["labels", { labels: { values: Int32Array.of(1, 5), offsets: Int32Array.of(0, 1, 2) } }],
    ["offsets", { labels: { values: Int32Array.of(1, 2), offsets: Int32Array.of(0, 2) } }],
    ["values", { labels: { offsets: Int32Array.of(0, 1, 2) } }],
    ["minProbability", { minProbability: 1.5 }],
    ["minProbability", { minProbability: Number.NaN }],
  ])("infer refuses score maps with a wrong %s", async (name, change) => {
    const options = { ...MAPS, ...change } as ScoreMapOptions;
    expect(await expectCode("ERR_WSOL_ARGUMENT", () => network.infer(patternBatch(), options))).toContain(`'${name}'`);
  });

  test("rejects arguments that are missing, foreign receivers and calls without new", async () => {
    const untyped = network as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    for (const name of ["infer", "features", "importTensors"])
      await expectCode("ERR_WSOL_ARGUMENT", () => untyped[name]!());
    for (const { prototype } of [addon.Network, addon.Trainer]) {
      for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
        if (name === "constructor") continue;
        for (const receiver of [{}, undefined, prototype, Object.create(network), new Proxy(network, {})])
          await expectCode("ERR_WSOL_ARGUMENT", () => (value ?? get).call(receiver));
      }
      const { closed } = Object.getOwnPropertyDescriptors(prototype);
      expect((await caught(() => closed!.get!.call({}))).message).toMatch(
        /^expected a (Network|Trainer) for 'this', got /,
      );
    }
    await expectCode("ERR_WSOL_ARGUMENT", () =>
      addon.Trainer.prototype.infer.call(network as never, patternBatch(), null),
    );
    expect((await caught(() => (addon.Network as unknown as () => void)())).message).toMatch(/new/);
  });
});

describe("Trainer", () => {
  test("learns: the loss of one batch falls", async () => {
    const { step } = train({ loss: { ...SMALL_TRAINER.loss, lambda: 0 }, data: { ...SMALL_TRAINER.data, flip: 0 } });
    const batch = patternBatch(2, 32);
    const losses: number[] = [];
    for (let index = 0; index < 6; ++index)
      losses.push((await step.call(trainer, batch, LABELS, setting(index)))!.loss);
    expect(losses[5]).toBeLessThan(losses[0]! / 2);
  });

  test("the same seed and step give the same weights to the bit, whatever ran before", async () => {
    const twin = new addon.Network(SMALL_NETWORK);
    const twinTrainer = new addon.Trainer(twin, SMALL_TRAINER);
    await twinTrainer.infer(patternBatch(), MAPS);
    for (const one of [train(), twinTrainer]) await one.step(patternBatch(), LABELS, setting(7));
    expect(digests(await twinTrainer.exportTensors())).toEqual(digests(await trainer!.exportTensors()));
    expect(digests(await twinTrainer.exportMomentum())).toEqual(digests(await trainer!.exportMomentum()));
    await twinTrainer.close();
    await twin.close();
  });

  test("has no momentum before the first step, and takes back what it exported", async () => {
    const session = train();
    expect(await session.exportMomentum()).toEqual([]);
    await session.step(patternBatch(), LABELS, setting(0));
    const momentum = await session.exportMomentum();
    expect(momentum.length).toBeGreaterThan(60);
    await session.importMomentum([]);
    expect(await session.exportMomentum()).toEqual([]);
    await session.importMomentum(momentum);
    expect(digests(await session.exportMomentum())).toEqual(digests(momentum));
    await expectCode("ERR_WSOL_CHECKPOINT", () => session.importMomentum(momentum.slice(2)));
  });

  test("on the CPU each step tells of itself, and finish of nothing more", async () => {
    const session = train();
    expect(await session.step(patternBatch(), LABELS, setting(3))).toMatchObject({ step: 3, stops: false });
    expect(await session.finish()).toBeNull();
    await session.close();
    await expectCode("ERR_WSOL_CLOSED", () => session.finish());
  });

  test("holds its network until it is closed", async () => {
    const session = train();
    for (const call of [
      () => network.infer(patternBatch(), null),
      () => network.features(patternBatch()),
      () => network.exportTensors(),
      () => network.importTensors([]),
      () => network.close(),
      () => new addon.Trainer(network, SMALL_TRAINER),
    ])
      await expectCode("ERR_WSOL_BUSY", call);
    expect(network.closed).toBe(false);
    const step = session.step(patternBatch(), LABELS, setting(0));
    const closing = session.close();
    expect(session.closed).toBe(true);
    const after = network.exportTensors();
    await Promise.all([step, closing, session.close()]);
    expect((await after).length).toBeGreaterThan(100);
    await expectCode("ERR_WSOL_CLOSED", () => session.step(patternBatch(), LABELS, setting(1)));
    await expectCode("ERR_WSOL_CLOSED", () => session.exportMomentum());
  });

  test("a step takes distributions over the classes, and counts what is correct against the labels", async () => {
    const oneHot = new Float32Array(10);
    LABELS.forEach((label, row) => {
      oneHot[row * 5 + label] = 1;
    });
    const hard = (await train().step(patternBatch(), LABELS, setting(0)))!;
    await trainer!.close();
    await network.close();
    network = new addon.Network(SMALL_NETWORK);
    const soft = (await train().step(patternBatch(), { labels: LABELS, distributions: oneHot }, setting(0)))!;
    expect(soft.loss).toBeCloseTo(hard.loss, 5);
    expect(soft.correct).toBe(hard.correct);
    const uniform = { labels: LABELS, distributions: new Float32Array(10).fill(0.2) };
    expect((await trainer!.step(patternBatch(), uniform, setting(1)))!.crossEntropy).toBeGreaterThan(
      Math.log(5) - 1e-6,
    );
  });

  test("a trainer of another loss than its network's rejects", async () => {
    const bce = { ...SMALL_TRAINER, loss: { ...SMALL_TRAINER.loss, multiLabel: "bce" } as const };
    trainer = new addon.Trainer(network, bce);
    const message = await expectCode("ERR_WSOL_ARGUMENT", () => trainer!.step(patternBatch(), LABELS, setting(0)));
    expect(message).toBe("expected the network's, softmax for 'multiLabel', got \"bce\"");
  });

  test("a step takes the classes of images that have several", async () => {
    const one = { values: LABELS, offsets: Int32Array.of(0, 1, 2) };
    const hard = (await train().step(patternBatch(), LABELS, setting(0)))!;
    await trainer!.close();
    await network.close();
    network = new addon.Network(SMALL_NETWORK);
    const soft = (await train().step(patternBatch(), one, setting(0)))!;
    expect([soft.correct, soft.entropy]).toEqual([hard.correct, hard.entropy]);
    expect(soft.loss).toBeCloseTo(hard.loss, 5);
    const all = { values: Int32Array.of(0, 1, 2, 3, 4, 0, 1, 2, 3, 4), offsets: Int32Array.of(0, 5, 10) };
    expect((await trainer!.step(patternBatch(), all, setting(1)))!.correct).toBe(2);
  });

  test("a getter of the arguments that closes the trainer makes the step reject with ERR_WSOL_CLOSED", async () => {
    const session = train();
    const closing = {
      get learningRate() {
        void session.close();
        return 0.01;
      },
      step: 0,
    };
    await expectCode("ERR_WSOL_CLOSED", () => session.step(patternBatch(), LABELS, closing));
  });

  test("a non-finite loss rejects with its step and leaves weights and momentum", async () => {
    const session = train();
    await session.step(patternBatch(), LABELS, setting(0));
    await session.importTensors(withValue(await session.exportTensors(), "fc.bias", Number.NaN));
    const state = async () => [digests(await session.exportTensors()), digests(await session.exportMomentum())];
    const before = await state();
    const error = await caught(() => session.step(patternBatch(), LABELS, setting(41)));
    expect(error).toMatchObject({ code: "ERR_WSOL_NON_FINITE_LOSS", details: { step: 41, loss: Number.NaN } });
    expect(await state()).toEqual(before);
  });

  test.each<[string, unknown]>([
    ["loss.regularizer", "entropie"],
    ["loss.lambda", -1],
    ["loss.lambda", Number.NaN],
    ["loss.reduction", "average"],
    ["loss.multiLabel", "hinge"],
    ["optim.momentum", -0.9],
    ["optim.momentum", Number.POSITIVE_INFINITY],
    ["optim.nesterov", 1],
    ["optim.weightDecay", -1e-4],
    ["optim.classifierLrMultiplier", 0],
    ["data.cropSize", 0],
    ["data.flip", 1.5],
    ["seed", -1],
    ["method", undefined],
  ])("the constructor refuses a wrong %s: %p, and the network stays free", async (key, value) => {
    const options = withOption(SMALL_TRAINER, key, value);
    const message = await expectCode("ERR_WSOL_ARGUMENT", () => new addon.Trainer(network, options));
    expect(message).toMatch(new RegExp(`^expected .+ for '${key.split(".").at(-1)}', got .+`));
    await network.tensorTable();
  });

  test("the constructor refuses what is no Network", async () => {
    for (const wrong of [undefined, null, 1, {}, Object.create(network), train()])
      await expectCode("ERR_WSOL_ARGUMENT", () => new addon.Trainer(wrong as NativeNetwork, SMALL_TRAINER));
  });

  test.each<[string, unknown[]]>([
    ["labels", [patternBatch(), Int32Array.of(1), setting(0)]],
    ["labels", [patternBatch(), Int32Array.of(1, 5), setting(0)]],
    ["labels", [patternBatch(), Int32Array.of(-1, 1), setting(0)]],
    ["labels", [patternBatch(), [1, 2], setting(0)]],
    ["batch", [patternBatch(2, 31), LABELS, setting(0)]],
    ["batch", [undefined, LABELS, setting(0)]],
    ["learningRate", [patternBatch(), LABELS, { learningRate: -1, step: 0 }]],
    ["learningRate", [patternBatch(), LABELS, { learningRate: Number.NaN, step: 0 }]],
    ["step", [patternBatch(), LABELS, { learningRate: 1, step: 0.5 }]],
    ["settings", [patternBatch(), LABELS]],
    ["distributions", [patternBatch(), { labels: LABELS, distributions: new Float32Array(10) }, setting(0)]],
    ["distributions", [patternBatch(), { labels: LABELS, distributions: new Float32Array(9).fill(0.2) }, setting(0)]],
    ["labels", [patternBatch(), { distributions: new Float32Array(10).fill(0.2) }, setting(0)]],
    ["labels", [patternBatch(), { values: Int32Array.of(1, 5), offsets: Int32Array.of(0, 1, 2) }, setting(0)]],
    ["labels", [patternBatch(), { values: Int32Array.of(1, 2), offsets: Int32Array.of(0, 2, 2) }, setting(0)]],
    ["values", [patternBatch(), { offsets: Int32Array.of(0, 1, 2) }, setting(0)]],
  ])("step refuses wrong %s", async (name, args) => {
    const { step } = train() as unknown as { step: (...args: unknown[]) => Promise<unknown> };
    expect(await expectCode("ERR_WSOL_ARGUMENT", () => step.apply(trainer, args))).toContain(`'${name}'`);
  });
});

describe("functions", () => {
  test("info names the LibTorch in this process, the backbones and the regularizers", () => {
    const { libtorch, backbones, regularizers, threads } = addon.info();
    expect(libtorch).toBe(addon.builtFor);
    expect(backbones).toEqual(expect.arrayContaining(["preresnet18", "seresnet50", "resnet18", "resnet50"]));
    expect(regularizers).toContain("entropy");
    expect(threads).toBeGreaterThan(0);
  });

  test("resizeImage averages when it shrinks, and keeps a flat image flat", async () => {
    const checks = Uint8Array.from({ length: 4 * 4 * 3 }, (_, index) => (Math.floor(index / 3) % 2 === 0 ? 0 : 100));
    const small = await addon.resizeImage({ data: checks, width: 4, height: 4 }, { width: 1, height: 1 });
    expect(small).toHaveLength(3);
    expect([...small].every((value) => Math.abs(value - 50) <= 1)).toBe(true);
    const flat = { data: new Uint8Array(2 * 3 * 3).fill(9), width: 2, height: 3 };
    expect([...(await addon.resizeImage(flat, { width: 5, height: 7 }))]).toEqual(Array(105).fill(9));
  });

  const IMAGE = { data: new Uint8Array(12), width: 2, height: 2 };
  const SIZE = { width: 1, height: 1 };
  test.each<[string, unknown[]]>([
    ["data", [{ ...IMAGE, data: new Uint8Array(11) }, SIZE]],
    ["data", [{ ...IMAGE, data: "image" }, SIZE]],
    ["width", [{ ...IMAGE, width: 0 }, SIZE]],
    ["height", [{ ...IMAGE, height: 2.5 }, SIZE]],
    ["size.width", [IMAGE, { ...SIZE, width: -1 }]],
    ["size.height", [IMAGE, { width: 1 }]],
    ["image", [12, SIZE]],
    ["size", [IMAGE]],
  ])("resizeImage refuses a wrong %s", async (name, args) => {
    const resize = addon.resizeImage as (...args: unknown[]) => Promise<Uint8Array>;
    expect(await expectCode("ERR_WSOL_ARGUMENT", () => resize(...args))).toContain(`'${name}'`);
  });

  const LOSS = { regularizer: "entropy", lambda: 0.1, reduction: "mean", multiLabel: "softmax" } as const;
  const LOGITS = { logits: new Float64Array(6), targets: Int32Array.of(0, 1), classes: 3 };
  test.each<[string, unknown[]]>([
    ["logits", [{ ...LOGITS, logits: new Float64Array(5) }, LOSS]],
    ["logits", [{ ...LOGITS, logits: new Float32Array(6) }, LOSS]],
    ["targets", [{ ...LOGITS, targets: Int32Array.of(0, 3) }, LOSS]],
    ["targets", [{ ...LOGITS, logits: new Float64Array(0), targets: new Int32Array(0) }, LOSS]],
    ["classes", [{ ...LOGITS, logits: new Float64Array(2), classes: 1 }, LOSS]],
    ["batch", [0, LOSS]],
    ["options", [LOGITS]],
    ["lambda", [LOGITS, { ...LOSS, lambda: "1" }]],
    ["regularizer", [LOGITS, { ...LOSS, regularizer: "l2" }]],
  ])("regularizedLoss refuses wrong %s", async (name, args) => {
    const loss = addon.regularizedLoss as (...args: unknown[]) => unknown;
    expect(await expectCode("ERR_WSOL_ARGUMENT", () => loss(...args))).toContain(`'${name}'`);
  });

  test("regularizedLoss of NaN logits is NaN", () => {
    const batch = { logits: Float64Array.of(Number.NaN, 0), targets: Int32Array.of(1), classes: 2 };
    const { loss, gradient } = addon.regularizedLoss(batch, LOSS);
    expect([loss, ...gradient]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test.each([undefined, {}, 1, () => 1])("useNccl refuses %p", async (maker) => {
    const message = await expectCode("ERR_WSOL_ARGUMENT", () => addon.useNccl(maker as never));
    expect(message).toContain("expected the addon cuda's for 'maker'");
    expect(addon.info().hasNccl).toBe(false);
  });

  test("setCreateError refuses what is no function", async () => {
    await expectCode("ERR_WSOL_ARGUMENT", () => addon.setCreateError(undefined as never));
  });
});
