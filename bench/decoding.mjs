// Decoding CUB's 11,788 images to disk, beside sharp alone on as many threads and a pool of Pillow; then an epoch from disk:
//   node bench/decoding.mjs [--images 11788] [--side 256] [--workers N] [--python PYTHON] [--photographs DIR] [--json]
// The photographs are made once, in a folder that stays. Parts of ours and of sharp's take turns, so that what slows the
// machine for a while slows both.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  strict: false,
  options: {
    images: { type: "string", default: "11788" },
    side: { type: "string", default: "256" },
    workers: { type: "string", default: String(availableParallelism()) },
    python: { type: "string", default: "python3" },
    photographs: { type: "string", default: join(tmpdir(), "wsol-bench-photographs") },
    json: { type: "boolean", default: false },
  },
});
const [COUNT, SIDE, WORKERS] = [Number(values.images), Number(values.side), Number(values.workers)];
// Before anything uses the pool: as `wsol` does.
process.env.UV_THREADPOOL_SIZE ??= String(WORKERS + 2);
const { default: sharp } = await import("sharp");
const { cacheImages, Dataset, fit } = await import("../dist/index.js");
const { writePhotographs } = await import("./photographs.mjs");
const DISTINCT = Math.min(COUNT, 2000);
// Of a thousand: each makes a cache of its own, which is no part of the rate.
const PARTS = Math.min(8, Math.max(1, Math.round(COUNT / 1000)));
const say = values.json ? () => undefined : console.log;

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
try {
  const parts = await openParts();
  const paths = parts.flatMap(pathsOf);
  say(`${COUNT} images of 500x375, ${WORKERS} decoders, to ${SIDE}x${SIDE}`);
  const ours = { seconds: 0, cpu: 0 };
  const alone = { seconds: 0, cpu: 0 };
  const cacheDir = join(folder, "cache");
  const config = { data: { imageSize: SIDE, cropSize: Math.min(SIDE, 224), workers: WORKERS, cacheDir } };
  await decodeAlone(paths.slice(0, 64));
  for (const part of parts) {
    await timed(ours, () => cacheImages(part, config));
    await timed(alone, () => decodeAlone(pathsOf(part)));
  }
  const rows = { "decoded to disk": ours, "sharp alone": alone };
  for (const [name, { seconds, cpu }] of Object.entries(rows)) {
    const perImage = ((cpu * 1000) / COUNT).toFixed(2);
    say(`${name.padEnd(16)}${(COUNT / seconds).toFixed(0).padStart(6)} img/s, ${perImage} ms of processor each`);
  }
  say(
    `ratio: ${(alone.seconds / ours.seconds).toFixed(2)} by the clock, ${(alone.cpu / ours.cpu).toFixed(2)} by the processor's time`,
  );
  const pillow = pillowSeconds(paths);
  if (pillow === null) say(`Pillow          skipped: '${values.python}' has no PIL`);
  else
    say(
      `Pillow, resized ${(COUNT / pillow).toFixed(0).padStart(6)} img/s, ratio ${(pillow / ours.seconds).toFixed(2)}`,
    );
  const again = { seconds: 0, cpu: 0 };
  for (const part of parts) await timed(again, () => cacheImages(part, config));
  say(`read from disk  ${(COUNT / again.seconds).toFixed(0).padStart(6)} img/s, verified`);
  const epoch = await epochFromDisk();
  if (values.json) printJson({ ours, alone, pillow, again, epoch });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function timed(sum, work) {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  sum.seconds += (performance.now() - begin) / 1000;
  sum.cpu += (user + system) / 1e6;
}

/** The images in {@link PARTS} sets, each with a cache of its own. */
async function openParts() {
  const distinct = Math.ceil(DISTINCT / PARTS);
  const sets = [];
  for (let part = 0; part < PARTS; part++) {
    const count = Math.floor((COUNT * (part + 1)) / PARTS) - Math.floor((COUNT * part) / PARTS);
    const root = `${values.photographs}-${COUNT}/${part}`;
    await writePhotographs(root, { count, distinct: Math.min(count, distinct) });
    sets.push(await Dataset.open(root));
  }
  return sets;
}

function pathsOf(set) {
  const { ids, imagePath } = set.split("train");
  return ids.map((_, index) => imagePath(index));
}

/** Every image of `paths` to raw pixels, by as many at once as ours. */
async function decodeAlone(paths) {
  let next = 0;
  const one = async () => {
    while (next < paths.length) await sharp(paths[next++]).raw().toBuffer();
  };
  await Promise.all(Array.from({ length: WORKERS }, one));
}

function pillowSeconds(paths) {
  const script = fileURLToPath(new URL("./peers/pillow_pool.py", import.meta.url));
  const { status, stdout } = spawnSync(values.python, [script, String(WORKERS), String(SIDE)], {
    encoding: "utf8",
    input: paths.join("\n"),
  });
  return status === 0 ? Number(stdout) : null;
}

/** The share of an epoch at 128 pixels that the steps wait for their images, once they are on disk. */
async function epochFromDisk() {
  const STEPS = 6;
  const BATCH = 32;
  const images = { imageSize: 128, cropSize: 112, cache: "disk", cacheDir: join(folder, "cache"), workers: WORKERS };
  const events = [];
  const small = await smallSet(STEPS * BATCH);
  await cacheImages(small, { data: images });
  for await (const event of fit(small, {
    out: join(folder, "run"),
    model: { backbone: "resnet18" },
    data: images,
    optim: { epochs: 2, batchSize: BATCH, lr: 0.01, schedule: "constant" },
  })) {
    if (event.type === "epoch") events.push(event);
  }
  const { waitFraction, imagesPerSecond } = events.at(-1);
  say(
    `epoch at 128    ${imagesPerSecond.toFixed(0).padStart(6)} img/s, waits ${(100 * waitFraction).toFixed(2)} % of its time for images`,
  );
  return { imagesPerSecond, waitFraction };
}

function printJson({ ours, alone, pillow, again, epoch }) {
  const rate = (seconds) => COUNT / seconds;
  const decoded = { ours: rate(ours.seconds), sharp: rate(alone.seconds), ...(pillow && { pillow: rate(pillow) }) };
  const rows = [
    { what: `${COUNT} photographs to ${SIDE} px on disk`, imagesPerSecond: decoded },
    { what: "read from disk, verified", imagesPerSecond: { ours: rate(again.seconds) } },
    { what: "waiting for images in an epoch from disk", percent: { ours: 100 * epoch.waitFraction } },
  ];
  console.log(JSON.stringify({ rows }, null, 2));
}

async function smallSet(count) {
  const root = `${values.photographs}-${count}-alone`;
  await writePhotographs(root, { count, distinct: Math.min(count, 100), classes: 8 });
  return Dataset.open(root);
}
