import { root, runInNode } from "../../support/compiled";
import { patternBatch, SMALL_NETWORK, SMALL_TRAINER } from "../../support/small-network";

// Each program runs in a Node of its own: a crash or a hang there must be seen, not shared.

const PRELUDE = `
  const { Worker } = require("node:worker_threads");
  const { loadTorchAddon } = require(${JSON.stringify(`${root}/dist/native/load-torch`)});
  const options = ${JSON.stringify(SMALL_NETWORK)};
  const trainerOptions = ${JSON.stringify(SMALL_TRAINER)};
  const patternBatch = (count = 2, side = 40) =>
    ({ data: new Uint8Array(count * side * side * 3).map((_, index) => (index * 7919) % 251), count, height: side, width: side });
  const labels = Int32Array.of(1, 2);
`;
/** A worker's program that says "ready" and then keeps its own network busy, with a queue that never runs dry. */
const BUSY_WORKER = `
  const addon = loadTorchAddon();
  const network = new addon.Network(options);
  const trainer = new addon.Trainer(network, trainerOptions);
  (async () => {
    await trainer.tensorTable();
    require("node:worker_threads").parentPort.postMessage("ready");
    for (let step = 0; ; ++step) {
      trainer.infer(patternBatch(4, 96), null).catch(() => {});
      await trainer.step(patternBatch(), labels, { learningRate: 0.01, step });
    }
  })();
`;
const IN_WORKER = `
  const program = ${JSON.stringify(PRELUDE)} + ${JSON.stringify(BUSY_WORKER)};
  const busyWorker = () => new Promise((resolve, reject) => {
    const worker = new Worker(program, { eval: true });
    worker.once("message", () => resolve(worker)).once("error", reject);
  });
`;

/** Runs `body` inside an async function. */
const run = (body: string) => runInNode(`${PRELUDE}\n(async () => {\n${body}\n})();`);

const OPEN = `
  const addon = loadTorchAddon();
  const network = new addon.Network(options);
  await network.ready();
`;

test("an idle network and trainer let the process end", () => {
  const { status, stderr } = run(`${OPEN} globalThis.kept = [network, new addon.Trainer(network, trainerOptions)];`);
  expect([status, stderr]).toEqual([0, ""]);
});

test("pending calls keep the process alive until they are settled", () => {
  const { stdout } = run(`${OPEN} network.infer(patternBatch(), null).then(() => console.log("settled"));`);
  expect(stdout.trim()).toBe("settled");
});

test.each([
  ["process.exit()", "process.exit(7);", 7],
  ["an uncaught exception", `throw new Error("boom");`, 1],
])("%s while commands and pool work run ends the process with its code", (_, end, code) => {
  const { status, stderr } = run(`${OPEN}
    for (let index = 0; index < 50; ++index) network.infer(patternBatch(8, 128), null).catch(() => {});
    for (let index = 0; index < 8; ++index) addon.resizeImage({ data: new Uint8Array(3e6), width: 1000, height: 1000 }, { width: 900, height: 900 });
    setTimeout(() => { ${end} }, 30);`);
  expect(status).toBe(code);
  expect(stderr).not.toMatch(/FATAL|Segmentation|terminate called/);
});

test("a terminated worker takes its running network along, and the main thread's goes on", () => {
  const { status, stdout, stderr } = run(`${OPEN}${IN_WORKER}
    const before = (await network.infer(patternBatch(), null)).logits.join();
    for (let round = 0; round < 3; ++round) {
      const worker = await busyWorker();
      await new Promise((resolve) => setTimeout(resolve, 20 * round));
      await worker.terminate();
    }
    console.log((await network.infer(patternBatch(), null)).logits.join() === before);`);
  expect([status, stdout.trim(), stderr]).toEqual([0, "true", ""]);
});

test("process.exit() of the main thread ends the workers' running networks", () => {
  const { status, stderr } = run(`${IN_WORKER} await busyWorker(); await busyWorker(); process.exit(5);`);
  expect([status, stderr]).toEqual([5, ""]);
});

test("a worker can be terminated in the middle of any call", () => {
  const { status, stdout, stderr } = run(`
    const program = ${JSON.stringify(PRELUDE)} + \`
      const addon = loadTorchAddon();
      const network = new addon.Network({ ...options, device: "cuda:99" });
      require("node:worker_threads").parentPort.postMessage("ready");
      for (;;) {
        network.infer({}, null).catch(() => {});
        try { new addon.Network({}); } catch {}
        try { addon.regularizedLoss({ logits: new Float64Array(3), targets: new Int32Array(1), classes: 3 }, {}); } catch {}
        addon.info();
      }\`;
    for (let round = 0; round < 10; ++round) {
      const worker = new Worker(program, { eval: true });
      await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
      await new Promise((resolve) => setTimeout(resolve, round));
      await worker.terminate();
    }
    console.log("alive");`);
  expect([status, stdout.trim(), stderr]).toEqual([0, "alive", ""]);
});

test("40 networks dropped without close() are collected, with their threads and trainers", () => {
  const { status, stdout, stderr } = run(`
    const addon = loadTorchAddon();
    const { readdirSync } = require("node:fs");
    let peak = 0;
    for (let index = 0; index < 40; ++index) {
      const network = new addon.Network(options);
      if (index % 3 === 0) await new addon.Trainer(network, trainerOptions).tensorTable();
      else await network.ready();
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    require("node:v8").setFlagsFromString("--expose-gc");
    const collect = require("node:vm").runInNewContext("gc");
    for (let round = 0; round < 3; ++round) { collect(); await new Promise((resolve) => setTimeout(resolve, 20)); }
    const threads = process.platform === "linux" ? readdirSync("/proc/self/task").length : 0;
    console.log(JSON.stringify({ peak, threads, external: process.memoryUsage().external }));`);
  expect([status, stderr]).toEqual([0, ""]);
  const { peak, threads, external } = JSON.parse(stdout);
  // All at once would be 40 x 45 MB of weights.
  expect(peak).toBeLessThan(1.1e9);
  expect(threads).toBeLessThan(30);
  expect(external).toBeLessThan(1e8);
});

test("a batch lives until its call is settled, whoever drops it", () => {
  const { status, stdout, stderr } = run(`${OPEN}
    require("node:v8").setFlagsFromString("--expose-gc");
    const collect = require("node:vm").runInNewContext("gc");
    const expected = (await network.infer(patternBatch(4, 96), null)).logits.join();
    const calls = [];
    for (let index = 0; index < 10; ++index) { calls.push(network.infer(patternBatch(4, 96), null)); collect(); }
    console.log((await Promise.all(calls)).every(({ logits }) => logits.join() === expected));`);
  expect([status, stdout.trim(), stderr]).toEqual([0, "true", ""]);
});

test("the pattern of the programs is the pattern of the tests", () => {
  const { stdout } = run(`console.log(Buffer.from(patternBatch(1, 3).data).toString("hex"));`);
  expect(stdout.trim()).toBe(Buffer.from(patternBatch(1, 3).data).toString("hex"));
});
