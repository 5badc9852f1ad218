import { Worker } from "node:worker_threads";
import { loadMetricsAddon } from "../../../lib/native/load-metrics";
import { loadTorch, loadTorchAddon } from "../../../lib/native/load-torch";
import { root, runInNode, withoutLibtorch } from "../../support/compiled";
import { writeLibtorch } from "../../support/made-up-libtorch";
import { temporaryFolder } from "../../support/temporary-folder";

jest.setTimeout(60_000);

const folder = temporaryFolder();
const GRADIENT = `addon.regularizedLoss({ logits: Float64Array.of(0, 0), targets: Int32Array.of(0), classes: 2 }, { regularizer: "none", lambda: 0, reduction: "mean", multiLabel: "softmax" }).gradient[0]`;
const LOAD = `try { compiled("native/load-torch").loadTorchAddon(); } catch (error) {
  console.log(JSON.stringify({ name: error.name, code: error.code, message: error.message, fix: error.fix }));
}`;

describe("loading the addons", () => {
  it("gives the same addon at every call", () => {
    expect(loadMetricsAddon()).toBe(loadMetricsAddon());
    expect(loadTorchAddon()).toBe(loadTorchAddon());
  });

  it("loads a LibTorch of exactly the version that the addon was built for", () => {
    const { addon, libtorch } = loadTorch();
    expect(addon.builtFor).toBe(libtorch.release);
    expect(addon.info().libtorch).toContain(libtorch.release);
  });

  it("works in a worker thread, before and after the main thread has loaded it", () => {
    const program = `const { Worker } = require("node:worker_threads");
      const code = \`const { loadTorchAddon } = require(${JSON.stringify(`${root}/dist/native/load-torch`)});
        const addon = loadTorchAddon(); require("node:worker_threads").parentPort.postMessage(${GRADIENT});\`;
      const inWorker = () => new Promise((resolve, reject) =>
        new Worker(code, { eval: true }).once("message", resolve).once("error", reject));
      (async () => {
        const before = await inWorker();
        const addon = compiled("native/load-torch").loadTorchAddon();
        const main = ${GRADIENT};
        console.log([before, main, ...(await Promise.all([inWorker(), inWorker()]))].join());
      })();`;
    const { status, stdout, stderr } = runInNode(program);
    expect([status, stderr, stdout.trim()]).toEqual([0, "", "-0.5,-0.5,-0.5,-0.5"]);
  });

  it("makes native errors of worker threads WsolErrors of that thread", async () => {
    const code = `const { loadMetricsAddon } = require(${JSON.stringify(`${root}/dist/native/load-metrics`)});
      try { loadMetricsAddon().openLibrary("/absent/lib.so"); } catch (error) {
        require("node:worker_threads").parentPort.postMessage([error.name, error.code]);
      }`;
    const message = await new Promise((resolve, reject) => {
      new Worker(code, { eval: true }).once("message", resolve).once("error", reject);
    });
    expect(message).toEqual(["WsolError", "ERR_WSOL_ADDON"]);
  });

  it("happens at first use: requiring the package opens neither addon, nor the image library", () => {
    const program = `compiled("index"); compiled("metrics");
      console.log(process.report.getReport().sharedObjects.filter((name) => /\\.node$|torch|vips|sharp/.test(name)).join());`;
    const { stdout, stderr } = runInNode(program);
    expect([stderr, stdout.trim()]).toEqual(["", ""]);
  });
});

describe("without LibTorch", () => {
  it("the metrics addon works", () => {
    const program = `const { loadMetricsAddon } = compiled("native/load-metrics");
      console.log(loadMetricsAddon().thresholdGrid(0.25).join());`;
    expect(runInNode(program, withoutLibtorch(folder)).stdout.trim()).toBe("0,0.25,0.5,0.75");
  });

  it("loading the big addon rejects with ERR_WSOL_LIBTORCH_NOT_FOUND and every place", () => {
    const error = JSON.parse(runInNode(LOAD, withoutLibtorch(folder)).stdout);
    expect([error.name, error.code]).toEqual(["WsolError", "ERR_WSOL_LIBTORCH_NOT_FOUND"]);
    expect(error.message).toMatch(/Python on PATH: no torch in it\n.*fetched .*: nothing there\n/);
    expect(error.fix).toContain("wsol libtorch fetch");
  });
});

describe("with another LibTorch than the addon was built for", () => {
  it("loading rejects with both versions when a variable names it", () => {
    const other = writeLibtorch(`${folder}/other`, { version: "2.9.1+cpu" });
    const error = JSON.parse(runInNode(LOAD, { WSOL_LIBTORCH: other }).stdout);
    expect(error.code).toBe("ERR_WSOL_LIBTORCH_VERSION");
    expect(error.message).toMatch(/version 2\.9\.1, but the addon is built for 2\./);
    expect(error.fix).toContain("wsol build --addon torch");
  });

  it("loading rejects with both versions when nothing else is found", () => {
    const environment = withoutLibtorch(`${folder}/only-other`);
    const prefix = `${folder}/only-other/venv`;
    writeLibtorch(`${prefix}/lib/python3.12/site-packages/torch`, { version: "2.9.1+cpu" });
    const error = JSON.parse(runInNode(LOAD, { ...environment, VIRTUAL_ENV: prefix }).stdout);
    expect(error.code).toBe("ERR_WSOL_LIBTORCH_VERSION");
    expect(error.message).toMatch(/^expected LibTorch 2\..*, which the addon is built for, got 2\.9\.1\+cpu in/);
  });

  it("loading passes over it when a fitting one comes later", () => {
    const prefix = `${folder}/first/venv`;
    writeLibtorch(`${prefix}/lib/python3.12/site-packages/torch`, { version: "2.9.1+cpu" });
    const { root: good } = loadTorch().libtorch;
    const config = `${folder}/first`;
    const program = `compiled("native/libtorch/find/link-file").writeLink(${JSON.stringify(good)}).then(() => {
      console.log(compiled("native/load-torch").loadTorch().libtorch.root);
    });`;
    const environment = { ...withoutLibtorch(config), VIRTUAL_ENV: prefix };
    expect(runInNode(program, environment).stdout.trim()).toBe(good);
  });
});

describe("with a LibTorch that is damaged", () => {
  it("loading rejects with ERR_WSOL_ADDON and the loader's words, and the process goes on", () => {
    const hollow = writeLibtorch(`${folder}/hollow`, { version: loadTorch().libtorch.version });
    const error = JSON.parse(runInNode(LOAD, { WSOL_LIBTORCH: hollow }).stdout);
    expect(error.code).toBe("ERR_WSOL_ADDON");
    expect(error.message).toContain(hollow);
  });
});
