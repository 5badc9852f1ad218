import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { Random } from "../../lib/data/random";
import { writeImageSet } from "../support/image-set";
import { temporaryFolder } from "../support/temporary-folder";

// Decoded images on disk under SIGKILL: what was finished is kept, what was not is not taken for whole.

jest.setTimeout(600_000);

const PROGRAM = join(__dirname, "cache-child.cjs");
const COUNT = 400;
const SIDE = 160;
const KILLS = 25;

const folder = temporaryFolder();
const root = join(folder, "data");
let pixels: string;

interface Pass {
  readonly decodes: number;
  readonly pixels: string;
}

beforeAll(async () => {
  const split = await writeImageSet(root, COUNT);
  const random = new Random(5);
  for (let index = 0; index < COUNT; index++) {
    const data = Buffer.from(Array.from({ length: 60 * 40 * 3 }, () => random.below(256)));
    await sharp(data, { raw: { width: 60, height: 40, channels: 3 } })
      .png()
      .toFile(split.imagePath(index));
  }
  const reference = await ended(start(join(folder, "reference")));
  expect(reference.decodes).toBe(COUNT);
  pixels = reference.pixels;
});

function start(cacheDir: string): ChildProcess & { text?: string } {
  const child: ChildProcess & { text?: string } = spawn(process.execPath, [PROGRAM, root, cacheDir, String(SIDE)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.text = "";
  child.stdout!.on("data", (text) => {
    child.text += text;
  });
  return child;
}

async function ended(child: ChildProcess & { text?: string }): Promise<Pass> {
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  return JSON.parse(child.text!.trim().split("\n").at(-1)!) as Pass;
}

async function killed(cacheDir: string, milliseconds: number): Promise<void> {
  const child = start(cacheDir);
  // It may end by itself before.
  const closed = once(child, "close");
  await once(child.stdout!, "data");
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill("SIGKILL");
  await closed;
}

test(`killed ${KILLS} times at any moment, it goes on from what was finished, with the right pixels`, async () => {
  const cacheDir = join(folder, "killed");
  const random = new Random(1);
  for (let kill = 0; kill < KILLS; kill++) await killed(cacheDir, random.between(0, 60 + 40 * kill));
  const last = await ended(start(cacheDir));
  expect(last.pixels).toBe(pixels);
  expect(last.decodes).toBeLessThan(COUNT);
  expect(await ended(start(cacheDir))).toEqual({ decodes: 0, pixels });
  // Nothing is left of a file that was being made.
  const [set] = readdirSync(cacheDir);
  expect(readdirSync(join(cacheDir, set!)).sort()).toEqual([`train-${SIDE}.images`, `train-${SIDE}.images.lock`]);
});

test("processes that begin at once share the work, also when some of them are killed", async () => {
  for (let round = 0; round < 5; round++) {
    const cacheDir = join(folder, `together-${round}`);
    mkdirSync(cacheDir);
    const random = new Random(2, round);
    const [whole, doomed] = [
      [start(cacheDir), start(cacheDir)],
      [start(cacheDir), start(cacheDir)],
    ];
    for (const child of doomed) {
      await new Promise((resolve) => setTimeout(resolve, random.between(50, 250)));
      child.kill("SIGKILL");
    }
    const passes = await Promise.all(whole.map(ended));
    expect(passes.map((pass) => pass.pixels)).toEqual([pixels, pixels]);
    expect(passes[0]!.decodes + passes[1]!.decodes).toBeLessThanOrEqual(COUNT);
    rmSync(cacheDir, { recursive: true });
  }
});
