// One child of the chaos tests: node chaos-child.cjs KIND SEED ROUNDS. Ends with a crash where native code does; else says on
// stdout how many rounds it did, or on stderr which call gave a wrong answer.
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { isMainThread, parentPort, Worker, workerData } = require("node:worker_threads");

const dist = join(__dirname, "../../dist/native");
const metrics = () => require(`${dist}/load-metrics`).loadMetricsAddon();
const torch = () => require(`${dist}/load-torch`).loadTorchAddon();
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const text = (value) =>
  JSON.stringify(value, (_, part) =>
    ArrayBuffer.isView(part) ? Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("base64") : part,
  );

/** Numbers in [0, 1) from a seed. */
function random(seed) {
  let state = seed * 2654435761 + 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SIDE = 64;
const COUNT = 6;
const DEFAULTS = require("../../dist/config/resolve").resolveConfig({});
const MODEL = { ...DEFAULTS.model, backbone: "resnet18", numClasses: 5 };
const METHOD = DEFAULTS.method;
const { mean, std } = DEFAULTS.data;
const LOSS = { regularizer: "entropy", lambda: 0.1, reduction: "mean", multiLabel: "softmax" };
const WHERE = { device: "cpu", precision: "float32", threads: 1 };
const SESSION = { model: MODEL, method: METHOD, data: { mean, std }, loss: LOSS, ...WHERE, seed: 1 };
const OPTIM = { momentum: 0.9, nesterov: true, weightDecay: 1e-4, classifierLrMultiplier: 1 };
const TRAINER = { loss: LOSS, method: METHOD, optim: OPTIM, data: { cropSize: 32, flip: 0.5 }, seed: 3 };
const SCORE_MAP = { kind: "cam", stage: 4, normalisation: "minmax", size: 28, labels: null, topK: 2 };
const scores = (Kind) => Kind.from({ length: COUNT * SIDE * SIDE }, (_, pixel) => ((pixel * 7919) % 1009) / 1008);
const pixels = (length) => Uint8Array.from({ length }, (_, index) => (index * 7919) % 251);
const mapBatch = (Kind = Float64Array) => ({ data: scores(Kind), count: COUNT, height: SIDE, width: SIDE });
const imageBatch = () => ({ data: pixels(2 * 40 * 40 * 3), count: 2, height: 40, width: 40 });
const targets = () => ({
  truth: {
    boxes: Int32Array.from({ length: COUNT * 4 }, (_, at) => (at % 4 < 2 ? 5 : 40)),
    offsets: Int32Array.from({ length: COUNT + 1 }, (_, at) => at),
  },
  correct: Uint8Array.from({ length: COUNT }, (_, at) => at % 2),
});

const IMAGE_BYTES = 100_000;
const STAMP = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** With images 0 and 1; the file has no name any more, so that nothing is left of it. */
async function openImageFile({ ImageFile }) {
  const folder = mkdtempSync(join(tmpdir(), "wsol-chaos-"));
  const path = join(folder, "images");
  const file = new ImageFile(path, { count: 3, imageBytes: IMAGE_BYTES });
  await file.create(path);
  file.open();
  rmSync(folder, { recursive: true });
  for (const index of [0, 1]) await file.write(index, STAMP, pixels(IMAGE_BYTES));
  return file;
}

/**
 * Every call of both addons: `make` gives arguments of its own, `run` the promise of an answer. `without`: sessions, which
 * take a second to build, or tensors, whose copies take longer.
 */
async function openCalls(without) {
  const small = metrics();
  const options = { step: 0.01, extraThresholds: Float64Array.of(0.15), threads: 2 };
  const counted = (Metric) => async (update) => {
    const metric = new Metric(options);
    const told = await update(metric);
    return [told, metric.counts()];
  };
  const [pixelAp, maxBoxAcc] = [counted(small.PixelAp), counted(small.MaxBoxAcc)];
  const images = await openImageFile(small);
  const masks = () => Uint8Array.from({ length: COUNT * SIDE * SIDE }, (_, at) => at % 2);
  const calls = {
    "PixelAp.update": { make: () => [mapBatch(), masks()], run: (...args) => pixelAp((one) => one.update(...args)) },
    "MaxBoxAcc.update": {
      make: () => [mapBatch(Float32Array), targets()],
      run: (...args) => maxBoxAcc((one) => one.update(...args)),
    },
    "MaxBoxAcc.updatePerImage": {
      make: () => [mapBatch(), targets()],
      run: (...args) => maxBoxAcc((one) => one.updatePerImage(...args)),
    },
    boxesFromScoreMap: {
      make: () => [
        { data: scores(Float64Array).slice(0, SIDE * SIDE), width: SIDE, height: SIDE },
        { threshold: 0.5, rule: "all" },
      ],
      run: async (...args) => small.boxesFromScoreMap(...args),
    },
    normaliseScoreMap: {
      make: () => [scores(Float64Array), "pas"],
      run: async (...args) => small.normaliseScoreMap(...args),
    },
    "ImageFile.read": {
      make: () => [Int32Array.of(1, 0), Uint8Array.of(...STAMP, ...STAMP)],
      run: (...args) => images.read(...args),
    },
    "ImageFile.write": {
      isState: true,
      make: () => [Uint8Array.from(STAMP), pixels(IMAGE_BYTES)],
      run: async (...args) => [await images.write(2, ...args), await images.read(Int32Array.of(2), STAMP)],
    },
  };
  if (without === "sessions") return { calls, close: async () => {} };
  const big = torch();
  const [network, trained] = [new big.Network(SESSION), new big.Network(SESSION)];
  const trainer = new big.Trainer(trained, TRAINER);
  const close = () => trainer.close().then(() => Promise.all([network.close(), trained.close()]));
  Object.assign(calls, {
    resizeImage: {
      make: () => [
        { data: pixels(300 * 200 * 3), width: 300, height: 200 },
        { width: 90, height: 80 },
      ],
      run: (...args) => big.resizeImage(...args),
    },
    regularizedLoss: {
      make: () => [
        { logits: Float64Array.of(1, 2, 3, 4, 5, 6), targets: Int32Array.of(0, 1), classes: 3 },
        { ...LOSS },
      ],
      run: async (...args) => big.regularizedLoss(...args),
    },
    "Network.infer": {
      make: () => [imageBatch(), { ...SCORE_MAP, labels: Int32Array.of(0, 1, 2, 3) }],
      run: (...args) => network.infer(...args),
    },
    "Trainer.step": {
      // Its loss follows from the batch and the weights, which a learning rate of 0 leaves.
      make: () => [imageBatch(), Int32Array.of(1, 2), { learningRate: 0, step: 5 }],
      run: (...args) => trainer.step(...args),
    },
  });
  if (without === "tensors") return { calls, close };
  const kept = new big.Network(SESSION);
  const keeper = new big.Trainer(kept, TRAINER);
  await keeper.step(imageBatch(), Int32Array.of(1, 2), { learningRate: 0.01, step: 0 });
  const [tensors, momentum] = [await keeper.exportTensors(), await keeper.exportMomentum()];
  const few = (list) => list.filter(({ name }) => name.startsWith("fc.") || name.startsWith("bn1."));
  const copies = (list) => list.map((tensor) => ({ ...tensor, data: Uint8Array.from(tensor.data) }));
  Object.assign(calls, {
    "Trainer.infer": { make: () => [imageBatch(), null], run: (...args) => keeper.infer(...args) },
    importTensors: {
      isState: true,
      make: () => [copies(tensors)],
      run: async (list) => [await keeper.importTensors(list), few(await keeper.exportTensors())],
    },
    importMomentum: {
      isState: true,
      make: () => [copies(momentum)],
      run: async (list) => [await keeper.importMomentum(list), few(await keeper.exportMomentum())],
    },
  });
  return { calls, close: () => Promise.all([close(), keeper.close().then(() => kept.close())]) };
}

/** All typed arrays inside arguments, and where they stand. */
function arraysIn(value, found = []) {
  for (const [key, part] of Object.entries(value)) {
    if (ArrayBuffer.isView(part)) found.push({ holder: value, key, array: part });
    else if (typeof part === "object" && part !== null) arraysIn(part, found);
  }
  return found;
}

const transfer = (array) => structuredClone(array, { transfer: [array.buffer] });
function shrinkable({ holder, key, array }) {
  const buffer = new ArrayBuffer(array.byteLength, { maxByteLength: array.byteLength + 8 });
  holder[key] = new array.constructor(buffer);
  holder[key].set(array);
  return buffer;
}

/** What a script may do to the arrays of a call: `before` it is made, and `after`. Only `exact` ones leave the answer as it is. */
const SPOILS = {
  overwrite: {
    exact: true,
    after: (places) => void places.map(({ array }) => new Uint8Array(array.buffer).fill(0xff)),
  },
  transfer: { exact: true, after: (places) => void places.map(({ array }) => transfer(array)) },
  "overwrite and transfer": {
    exact: true,
    after: (places) => void places.map(({ array }) => transfer(new Uint8Array(array.buffer).fill(0xff))),
  },
  shrink: {
    exact: true,
    before: (places) => places.map(shrinkable),
    after: (_, buffers) => void buffers.map((buffer) => buffer.resize(0)),
  },
  share: {
    before: (places, shared) =>
      places.forEach(({ holder, key, array }) => {
        const buffer = new SharedArrayBuffer(array.byteLength);
        holder[key] = new array.constructor(buffer);
        holder[key].set(array);
        shared(buffer);
      }),
    after: () => {},
  },
  // Each read of an array takes the memory of all those read before.
  "transfer from a getter": {
    before: (places) => {
      const read = [];
      for (const { holder, key, array } of places) {
        if (Array.isArray(holder)) continue;
        Object.defineProperty(holder, key, {
          get() {
            for (const one of read.splice(0)) if (one !== array) transfer(one);
            if (array.length > 0) read.push(array);
            return array;
          },
        });
      }
    },
    after: () => {},
  },
};

/** Every call with every spoil in turn, several at once. */
async function spoilArrays(seed, rounds) {
  const { calls, close } = await openCalls();
  const scribbler = new Worker(__filename, { workerData: { job: "scribble" } });
  const expected = {};
  for (const [name, { make, run }] of Object.entries(calls)) expected[name] = text(await run(...make()));
  // What shared memory holds when it is imported shows in other calls' answers.
  const isFit = ({ isState }, spoil) => !(isState && spoil === "share");
  const pairs = Object.entries(calls).flatMap(([name, call]) =>
    Object.entries(SPOILS).flatMap(([spoil, steps]) => (isFit(call, spoil) ? [[name, call, spoil, steps]] : [])),
  );
  for (let round = 0; round < rounds; round++) {
    const chosen = Array.from({ length: 6 }, (_, at) => pairs[(seed * 101 + round * 6 + at) % pairs.length]);
    await Promise.all(
      chosen.map(async ([name, { make, run }, spoilName, { before, after, exact }]) => {
        const args = make();
        const places = arraysIn(args);
        const prepared = before?.(places, (buffer) => scribbler.postMessage(buffer));
        const answer = run(...args).then(text, (error) => {
          if (error.code === undefined || exact) throw error;
        });
        after(places, prepared);
        if (exact && (await answer) !== expected[name]) throw new Error(`${name} with ${spoilName}: another answer`);
        await answer;
      }),
    );
  }
  await close();
  await scribbler.terminate();
}

/** In a worker: writes to shared memory for as long as there is any. */
function scribble() {
  const buffers = [];
  parentPort.on("message", (buffer) => buffers.push(new Uint8Array(buffer)));
  let turn = 0;
  setInterval(() => {
    for (const bytes of buffers.slice(-20)) for (let at = 0; at < bytes.length; at += 97) bytes[at] = turn++;
  }, 0);
}

/** Keeps calls of every kind under way. */
async function keepBusy({ without }) {
  const { calls } = await openCalls(without);
  for (;;) {
    const running = Object.values(calls).map(async ({ make, run }) => {
      const args = make();
      const answer = run(...args);
      for (const { array } of arraysIn(args)) transfer(array);
      await answer;
    });
    parentPort?.postMessage("busy");
    await Promise.allSettled(running);
    await sleep(0);
  }
}

async function busyWorker(without) {
  const worker = new Worker(__filename, { workerData: { job: "busy", without } });
  await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  return worker;
}

/** Mostly what is quick to open. */
function without(draw) {
  const drawn = draw();
  return drawn < 0.2 ? undefined : drawn < 0.75 ? "tensors" : "sessions";
}

/** Terminates busy workers at a random moment. */
async function terminateWorkers(seed, rounds) {
  const draw = random(seed);
  for (let round = 0; round < rounds; round++) {
    const worker = await busyWorker(without(draw));
    await sleep(draw() * 60);
    await worker.terminate();
  }
  const { calls, close } = await openCalls("tensors");
  for (const { make, run } of Object.values(calls)) await run(...make());
  await close();
}

/** The ways in which a process ends. The parent expects code 7, or 1 and 7 where an error is thrown. */
const ENDS = [
  () => process.exit(7),
  () => process.reallyExit(7),
  () => {
    process.on("exit", () => {
      throw new Error("thrown by an exit listener");
    });
    process.exit(7);
  },
  () => {
    process.removeAllListeners("exit");
    process.exit(7);
  },
  () => {
    throw new Error("uncaught");
  },
  () => void Promise.reject(new Error("unhandled")),
];

async function endWhileBusy(seed) {
  const draw = random(seed);
  const end = ENDS[seed % ENDS.length];
  if (draw() < 0.3) await busyWorker(without(draw));
  const { calls } = await openCalls(without(draw));
  const start = () => {
    for (const { make, run } of Object.values(calls)) run(...make()).catch(() => {});
  };
  start();
  start();
  setTimeout(end, draw() * 80);
}

async function main([kind, seed, rounds]) {
  if (kind === "arrays") await spoilArrays(Number(seed), Number(rounds));
  else if (kind === "workers") await terminateWorkers(Number(seed), Number(rounds));
  else return endWhileBusy(Number(seed));
  console.log(`${rounds} rounds`);
}

if (isMainThread) main(process.argv.slice(2));
else if (workerData.job === "busy") keepBusy(workerData);
else scribble();
