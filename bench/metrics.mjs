// Box metrics at all thresholds on one core, beside the reference's procedure with OpenCV, in turn; then all cores.
//   node bench/metrics.mjs [--python PYTHON] [--rounds 5] [--maps 50] [--json] [--soak MAPS]
// Ours counts both box rules at once; the reference takes one at a time.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { MaxBoxAcc } from "../dist/metrics.js";
import { median } from "./median.mjs";
import { runOpenCv } from "./peers/opencv.mjs";
import { lackOf } from "./peers/python.mjs";
import { noiseMaps, smoothMaps } from "./score-maps.mjs";

const { values: options } = parseArgs({
  strict: false,
  options: {
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "5" },
    maps: { type: "string", default: "50" },
    json: { type: "boolean" },
    soak: { type: "string" },
  },
});
const SIDE = 224;
const STEP = 0.001;
const BOX = [50, 60, 170, 180];
const MAPS = Number(options.maps);
const PASSES = 5;
const LEVELS = ["0.3", "0.5", "0.7"];
const RULES = { largest: "largest contour", all: "all contours" };

const kinds = [
  { name: "smooth", make: smoothMaps, peerMaps: 5 },
  { name: "noise", make: noiseMaps, peerMaps: 3 },
];
const missing = lackOf(options.python, "cv2", "numpy");
const results = [];
for (const { name, make, peerMaps } of kinds) {
  const maps = make(MAPS, SIDE, 1);
  const result = { maps: name, ...(await inTurn(maps, make(peerMaps, SIDE, 1))) };
  result.scaling = await scaling(maps);
  results.push(result);
  if (!options.json) print(result);
}
if (options.soak !== undefined) results.push(await soak(Number(options.soak)));
if (options.json) {
  const rows = results.flatMap(rowsOf);
  console.log(JSON.stringify({ rows, side: SIDE, step: STEP, results }, null, 2));
}
if (results.some(({ peer }) => peer && !peer.hitsAgree)) process.exitCode = 1;

function truthOf({ count }) {
  return Array.from({ length: count }, () => [BOX]);
}

/** Milliseconds per map, medians over the rounds. */
async function inTurn(maps, peerMaps) {
  const ours = [];
  const theirs = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    ours.push(await oneCore(maps));
    if (missing === undefined) theirs.push(runOpenCv(options.python, peerMaps, { box: BOX, step: STEP }));
  }
  const millisecondsPerMap = median(ours);
  if (theirs.length === 0) return { millisecondsPerMap, peer: null };
  const ofRule = (rule) => 1000 * median(theirs.map((one) => one[rule].secondsPerMap));
  const peer = { opencv: theirs[0].opencv, largest: ofRule("largest"), all: ofRule("all") };
  return { millisecondsPerMap, peer: { ...peer, hitsAgree: await hitsAgree(peerMaps, theirs[0]) } };
}

/** Processor time: what else runs on the machine does not count. The best of the passes. */
async function oneCore(maps) {
  const metric = new MaxBoxAcc({ step: STEP, extraThresholds: [0.15], threads: 1 });
  const truth = truthOf(maps);
  let best = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < PASSES; pass++) {
    const before = process.cpuUsage();
    await metric.update(maps, truth);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000 / maps.count);
  }
  return best;
}

async function hitsAgree(maps, theirs) {
  const metric = new MaxBoxAcc({ step: STEP, threads: 1 });
  await metric.update(maps, truthOf(maps));
  const { curves } = metric.compute();
  const hits = (curve) => Math.round(curve.reduce((sum, rate) => sum + rate * maps.count, 0));
  return Object.keys(RULES).every((rule) =>
    LEVELS.every((level, index) => hits(curves[rule][level]) === theirs[rule].hits[index]),
  );
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
    for (let pass = 0; pass < 4 * PASSES; pass++) {
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
  const maps = smoothMaps(MAPS, SIDE, 2);
  const metric = new MaxBoxAcc({ step: STEP });
  const mebibytes = [];
  for (let done = 0; done < total; done += maps.count) {
    await metric.update(maps, truthOf(maps));
    if (done % 5000 === 0) mebibytes.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
  }
  if (!options.json) console.log(`resident memory over ${total} maps: ${mebibytes.join(" ")} MiB`);
  return { maps: `soak of ${total}`, mebibytes };
}

function rowsOf({ maps, millisecondsPerMap: ours, peer }) {
  if (ours === undefined) return [];
  const row = (rule, theirs) => ({
    what: `${maps} map of ${SIDE} px, ${rule}`,
    milliseconds: { ours, ...(theirs !== undefined && { opencv: theirs }) },
  });
  const single = Object.entries(RULES).map(([rule, words]) => row(words, peer?.[rule]));
  return peer === null ? [row("both rules")] : [...single, row("both rules", peer.largest + peer.all)];
}

function print({ maps, millisecondsPerMap: ours, peer, scaling: rates }) {
  console.log(`${maps} maps, ${SIDE}x${SIDE}, step ${STEP}, three IoU levels`);
  console.log(`  entropy-wsol  ${ours.toFixed(3)} ms per map on one core, both rules at once`);
  if (peer === null) console.log(`  OpenCV        skipped: ${missing}`);
  else {
    const rules = [
      ...Object.entries(RULES).map(([rule, words]) => [words, peer[rule]]),
      ["both", peer.largest + peer.all],
    ];
    for (const [words, theirs] of rules)
      console.log(
        `  OpenCV ${peer.opencv.padEnd(7)}${theirs.toFixed(1)} ms, ${(theirs / ours).toFixed(0)} times ours, ${words}`,
      );
    console.log(`  ${peer.hitsAgree ? "the same hits" : "OTHER HITS"}`);
  }
  const list = Object.entries(rates).map(([threads, rate]) => `${threads}: ${rate.toFixed(0)}`);
  console.log(`  maps per second by threads  ${list.join(", ")}`);
}
