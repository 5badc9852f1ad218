import { join } from "node:path";
import { root, runInNode } from "../../support/compiled";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

const folder = temporaryFolder();

test("a worker that is terminated during fit frees the folder at once", async () => {
  const data = await tinyDataset(folder, { val: 0 });
  const config = { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 50 }, out: join(folder, "run") };
  const inWorker = `
    const { parentPort } = require("node:worker_threads");
    const { fit } = require(${JSON.stringify(join(root, "dist"))});
    fit(${JSON.stringify(data)}, ${JSON.stringify(config)}, { onStep: ({ step }) => parentPort.postMessage(step) });
  `;
  const program = `
    const { Worker } = require("node:worker_threads");
    const { once } = require("node:events");
    const { fit } = compiled("index");
    (async () => {
      const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true });
      await once(worker, "message");
      const config = ${JSON.stringify({ ...config, optim: { ...config.optim, epochs: 1 } })};
      const busy = await fit(${JSON.stringify(data)}, config).then(() => "nothing", ({ code }) => code);
      await worker.terminate();
      await fit(${JSON.stringify(data)}, config, { force: true });
      console.log(busy);
    })();
  `;
  expect(runInNode(program)).toEqual({ status: 0, stdout: "ERR_WSOL_BUSY\n", stderr: "" });
}, 60_000);
