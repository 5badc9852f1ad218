import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fit as train } from "../../../lib/train/fit";
import { temporaryFolder } from "../../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

const wsol = join(__dirname, "..", "..", "..", "bin", "wsol.js");
const config = { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 4 } };

const folder = temporaryFolder();
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
  await train(data, { ...config, out: join(folder, "whole") });
}, 60_000);

/** Starts `wsol train` and sends `signal` when stderr shows the end of epoch 2; resolves to its exit. */
async function trainUntil(
  name: string,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; signal: string | null }> {
  const child = spawn(process.execPath, [
    wsol,
    "train",
    "--data",
    data,
    "--out",
    join(folder, name),
    ...settingsOf(config),
  ]);
  child.stderr.on("data", (text: Buffer) => {
    if (/epoch 2\/4/.test(text.toString())) setTimeout(() => child.kill(signal), 60);
  });
  return new Promise((resolve) => {
    child.on("exit", (code, by) => resolve({ code, signal: by }));
  });
}

async function weightsOf(name: string): Promise<Buffer> {
  return readFile(join(folder, name, "last.safetensors"));
}

test("a run killed in the middle of an epoch resumes to the bits of the uninterrupted run", async () => {
  expect(await trainUntil("killed", "SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  await train(data, { out: join(folder, "killed") }, { resume: true });
  expect((await weightsOf("killed")).equals(await weightsOf("whole"))).toBe(true);
}, 60_000);

test("Ctrl-C saves, exits 130, and the run resumes to the same bits", async () => {
  expect(await trainUntil("interrupted", "SIGINT")).toEqual({ code: 130, signal: null });
  await train(data, { out: join(folder, "interrupted") }, { resume: true });
  expect((await weightsOf("interrupted")).equals(await weightsOf("whole"))).toBe(true);
}, 60_000);
