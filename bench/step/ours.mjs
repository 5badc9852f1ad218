// Steps of a training run on request: after "ready", each line of stdin with a number asks for so many steps, answered by the
// seconds that each took, in a line. Of several processes the first is asked, the others keep step.
// Arguments: BACKBONE SIDE BATCH PRECISION DEVICE
import { mkdtempSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fit, isWsolError } from "../../dist/index.js";
import { synthesize } from "../synthesize.mjs";

const [backbone, side, batch, precision, device] = process.argv.slice(2);
const [SIDE, BATCH, WARM_UP] = [Number(side), Number(batch), 3];
const BATCHES = 8;
const isFirst = (process.env.RANK ?? "0") === "0";

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
const stop = new AbortController();
let left = WARM_UP;
let begin = 0;
let isWarm = false;
let seconds = [];

/** The run waits in here for the next request, so that it is measured from there on. */
function onStep() {
  seconds.push((performance.now() - begin) / 1000);
  if (--left === 0) {
    writeSync(1, isWarm ? `${seconds.join(" ")}\n` : "ready\n");
    isWarm = true;
    left = readRequest();
    seconds = [];
    if (left === 0) stop.abort();
  }
  begin = performance.now();
}

/** The next line; 0 at the end of the requests. */
function readRequest() {
  let line = "";
  const byte = Buffer.alloc(1);
  while (readSync(0, byte) === 1 && byte[0] !== 10) line += byte.toString("latin1");
  return Number(line);
}

try {
  const data = join(folder, "data");
  synthesize(data, { train: BATCHES * BATCH, val: 0, test: 0, size: SIDE });
  await fit(
    data,
    {
      out: join(folder, "run"),
      ...{ precision, device },
      model: { backbone },
      data: { imageSize: SIDE, cropSize: SIDE },
      optim: { epochs: 100_000, batchSize: BATCH, lr: 0.01, schedule: "constant" },
    },
    isFirst ? { onStep, signal: stop.signal } : {},
  );
} catch (error) {
  // The others end with the first, which tells if that is a failure.
  const isStopped = isFirst ? stop.signal.aborted : isWsolError(error, "ERR_WSOL_DISTRIBUTED");
  if (!isStopped) throw error;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
