// Box metrics at all thresholds on one core, beside the reference's procedure with OpenCV in the same run; then all cores.
//   node bench/metrics.mjs [--python PYTHON] [--json] [--soak MAPS]
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { MaxBoxAcc } from "../dist/metrics.js";
import { openCvMissing, runOpenCv } from "./peers/opencv.mjs";
import { noiseMaps, smoothMaps } from "./score-maps.mjs";

const { values: options } = parseArgs({
  strict: false,
  options: { python: { type: "string", default: "python3" }, json: { type: "boolean" }, soak: { type: "string" } },
});
const SIDE = 224;
const STEP = 0.001;
const BOX = [50, 60, 170, 180];
const OURS = 50;
const REPEATS = 20;
const LEVELS = ["0.3", "0.5", "0.7"];

const kinds = [
  { name: "smooth", make: smoothMaps, peerMaps: 5 },
  { name: "noise", make: noiseMaps, peerMaps: 3 },
];
const missing = openCvMissing(options.python);
const results = [];
for (const { name, make, peerMaps } of kinds) {
  const maps = make(OURS, SIDE, 1);
  const result = { maps: name, millisecondsPerMap: await oneCore(maps), peer: null };
  if (missing === undefined) result.peer = await beside(result.millisecondsPerMap, make(peerMaps, SIDE, 1));
  result.scaling = await scaling(maps);
  results.push(result);
  if (!options.json) print(result);
}
if (options.soak !== undefined) results.push(await soak(Number(options.soak)));
if (options.json) console.log(JSON.stringify({ side: SIDE, step: STEP, results }, null, 2));
if (results.some(({ peer }) => peer && !peer.hitsAgree)) process.exitCode = 1;

function truthOf({ count }) {
  return Array.from({ length: count }, () => [BOX]);
}

/** Processor time: what else runs on the machine does not count. The best of the repeats. */
async function oneCore(maps) {
  const metric = new MaxBoxAcc({ step: STEP, extraThresholds: [0.15], threads: 1 });
  const truth = truthOf(maps);
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const before = process.cpuUsage();
    await metric.update(maps, truth);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000 / maps.count);
  }
  return best;
}

async function beside(milliseconds, maps) {
  const { secondsPerMap, opencv, all, largest } = runOpenCv(options.python, maps, { box: BOX, step: STEP });
  const metric = new MaxBoxAcc({ step: STEP, threads: 1 });
  await metric.update(maps, truthOf(maps));
  const { curves } = metric.compute();
  const hits = (curve) => Math.round(curve.reduce((sum, rate) => sum + rate * maps.count, 0));
  const hitsAgree = LEVELS.every(
    (level, index) => hits(curves.all[level]) === all[index] && hits(curves.largest[level]) === largest[index],
  );
  const theirs = secondsPerMap * 1000;
  return { opencv, millisecondsPerMap: theirs, ratio: theirs / milliseconds, hitsAgree };
}

/** Maps per second of wall time by number of threads. */
async function scaling(maps) {
  const truth = truthOf(maps);
  const counts = [1, 2, 4, 8, 16].filter((threads) => threads <= availableParallelism());
  const rates = {};
  for (const threads of counts) {
    const metric = new MaxBoxAcc({ step: STEP, threads });
    await metric.update(maps, truth);
    let best = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const started = performance.now();
      await metric.update(maps, truth);
      best = Math.min(best, performance.now() - started);
    }
    rates[threads] = (maps.count / best) * 1000;
  }
  return rates;
}

/** Resident memory over many maps. */
async function soak(total) {
  const maps = smoothMaps(OURS, SIDE, 2);
  const metric = new MaxBoxAcc({ step: STEP });
  const mebibytes = [];
  for (let done = 0; done < total; done += maps.count) {
    await metric.update(maps, truthOf(maps));
    if (done % 5000 === 0) mebibytes.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
  }
  if (!options.json) console.log(`resident memory over ${total} maps: ${mebibytes.join(" ")} MiB`);
  return { maps: `soak of ${total}`, mebibytes };
}

function print({ maps, millisecondsPerMap, peer, scaling: rates }) {
  console.log(`${maps} maps, ${SIDE}x${SIDE}, step ${STEP}, all contours at three levels and the largest contour`);
  console.log(`  entropy-wsol  ${millisecondsPerMap.toFixed(3)} ms per image on one core`);
  if (peer === null) console.log(`  OpenCV        skipped: ${missing}`);
  else {
    const agreement = peer.hitsAgree ? "the same hits" : "OTHER HITS";
    const ratio = peer.ratio.toFixed(0);
    console.log(
      `  OpenCV ${peer.opencv.padEnd(7)}${peer.millisecondsPerMap.toFixed(1)} ms, ${ratio} times ours, ${agreement}`,
    );
  }
  const list = Object.entries(rates).map(([threads, rate]) => `${threads}: ${rate.toFixed(0)}`);
  console.log(`  maps per second by threads  ${list.join(", ")}`);
}
