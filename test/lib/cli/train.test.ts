import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fit as train } from "../../../lib/train/fit";
import { stateOfFiles } from "../../support/run-files";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

const wsol = join(__dirname, "..", "..", "..", "bin", "wsol.js");
const folder = temporaryFolder();
const stored = join(folder, "stored");
const config = { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 1 } };
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder, { val: 0 });
  await train(data, { ...config, out: stored });
}, 60_000);

const trainInto = (out: string, ...options: string[]) => ["train", "--data", data, "--out", out, ...options];
const epochs = (count: number) => settingsOf({ ...config, optim: { ...config.optim, epochs: count } });

test("training goes on when nobody reads its progress any more", async () => {
  const out = join(folder, "unread");
  const child = spawn(process.execPath, [wsol, ...trainInto(out, ...epochs(3))], { stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.once("data", () => child.stderr.destroy());
  let printed = "";
  child.stdout.on("data", (text) => {
    printed += text;
  });
  const [code] = await once(child, "close");
  expect([code, printed]).toEqual([0, `${out}\n`]);
  const log = await readFile(join(out, "metrics.jsonl"), "utf8");
  expect(log.match(/"type":"epoch"/g)).toHaveLength(3);
}, 60_000);

test.each(["SIGHUP", "SIGTERM"] as const)(
  "%s saves, exits 130, and the run can be resumed",
  async (signal) => {
    const out = join(folder, signal);
    const child = spawn(process.execPath, [wsol, ...trainInto(out, ...epochs(50))], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.on("data", (text: Buffer) => {
      if (text.includes("epoch  1/50")) child.kill(signal);
    });
    expect(await once(child, "exit")).toEqual([130, null]);
    const state = await readFile(join(out, "state.safetensors"));
    expect(state.length).toBeGreaterThan(0);
  },
  60_000,
);

test("a second SIGHUP, as closing terminals send it, does not keep the first from saving", async () => {
  const out = join(folder, "twice");
  const child = spawn(process.execPath, [wsol, ...trainInto(out, ...epochs(50))], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  child.stderr.on("data", (text: Buffer) => {
    if (text.includes("epoch  1/50")) child.kill("SIGHUP");
    if (text.includes("finishing the step")) child.kill("SIGHUP");
  });
  expect(await once(child, "exit")).toEqual([130, null]);
  expect((await readFile(join(out, "state.safetensors"))).length).toBeGreaterThan(0);
}, 60_000);

test("a stored run is refused with advice in the words of the command line, and kept", async () => {
  const before = stateOfFiles(stored);
  const { code, stderr } = await runWsol(trainInto(stored, ...epochs(1)));
  expect(code).toBe(3);
  expect(stderr).toBe(
    `ERR_WSOL_RUN_FOLDER: '${stored}' already holds a run\n` +
      "Pass --resume to continue it, --force to replace it, or another --out.\n",
  );
  expect(stateOfFiles(stored)).toEqual(before);
}, 30_000);

test("--resume where no run is says so in the same words", async () => {
  const { code, stderr } = await runWsol(trainInto(join(folder, "none"), "--resume"));
  expect(code).toBe(3);
  expect(stderr).toContain("Leave out --resume to start a run there.");
}, 30_000);

test("--resume of a complete run prints its folder and changes no file", async () => {
  const before = stateOfFiles(stored);
  const { code, stdout } = await runWsol(trainInto(stored, "--resume"));
  expect([code, stdout]).toEqual([0, `${stored}\n`]);
  expect(stateOfFiles(stored)).toEqual(before);
}, 30_000);

test("--force and --resume together are refused", async () => {
  const { code, stderr } = await runWsol(trainInto(stored, "--resume", "--force"));
  expect(code).toBe(2);
  expect(stderr).toContain("--force");
}, 30_000);

test("more epochs on --resume are warned of, and --force replaces a run", async () => {
  const out = join(folder, "longer");
  expect((await runWsol(trainInto(out, ...epochs(1)))).code).toBe(0);
  const longer = await runWsol(trainInto(out, "--resume", "--set", "optim.epochs=2"));
  expect(longer.code).toBe(0);
  expect(longer.stderr).toContain(
    "warning: optim.epochs is 2, the run had 1: from here on the learning rate is that of",
  );
  const replaced = await runWsol(trainInto(out, "--force", "--json", ...epochs(1), "--set", "seed=9"));
  expect(JSON.parse(replaced.stdout).last.epoch).toBe(1);
  expect(JSON.parse(await readFile(join(out, "config.json"), "utf8")).seed).toBe(9);
}, 60_000);

test("--preset is beaten by the configuration file, and that by --set, key by key", async () => {
  const out = join(folder, "preset");
  const file = join(folder, "settings.yaml");
  await writeFile(file, "optim: { lr: 0.3, epochs: 1, weightDecay: 0.001 }\n");
  const { code, stderr } = await runWsol([
    ...trainInto(out, "--preset", "small", "--config", file),
    ...settingsOf({ ...config, optim: { batchSize: 6, lr: 0.2, epochs: 1 } }),
  ]);
  expect([code, stderr.includes("warning")]).toEqual([0, false]);
  const { optim, model, evaluation } = JSON.parse(await readFile(join(out, "config.json"), "utf8"));
  expect(optim).toMatchObject({ lr: 0.2, weightDecay: 0.001, schedule: "onecycle", batchSize: 6 });
  expect([model.backbone, model.weights, evaluation.sigma]).toEqual(["resnet18", null, 0.15]);
  const refused = await runWsol(trainInto(join(folder, "none"), "--preset", "imagenet"));
  expect([refused.code, refused.stderr.includes("Allowed choices are cub,")]).toEqual([2, true]);
}, 60_000);
