import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigInput } from "../../../lib/config/schema";
import type { WsolError } from "../../../lib/errors";
import { writeSafetensors } from "../../../lib/formats/safetensors";
import { readTensors } from "../../../lib/formats/tensors";
import { Localizer } from "../../../lib/localize/localizer";
import { fit as train } from "../../../lib/train/fit";
import { caught } from "../../support/caught";
import { loggedEvents } from "../../support/run-files";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

const folder = temporaryFolder();
const good = join(folder, "good");
let data: string;
let withoutVal: string;
let copies = 0;

/** One step is an epoch, so that the step that overflows is an epoch's last. */
const configWith = (optim: ConfigInput["optim"]) => ({
  ...TINY_CONFIG,
  optim: { ...TINY_CONFIG.optim, schedule: "constant" as const, batchSize: 25, epochs: 1, ...optim },
});

beforeAll(async () => {
  data = await tinyDataset(folder);
  withoutVal = await tinyDataset(join(folder, "without-val"), { val: 0 });
  await train(data, { ...configWith({}), out: good });
}, 60_000);

/** Overflows whatever the gradient. */
const OVERFLOWING = 1e40;

/** The good run of one epoch, to be resumed with a learning rate that its configuration does not have. */
async function goingWild(lr: number): Promise<string> {
  const out = join(folder, `wild-${copies++}`);
  await cp(good, out, { recursive: true });
  const path = join(out, "config.json");
  const config = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...config, optim: { ...config.optim, lr, epochs: 3 } }));
  return out;
}

const weights = (out: string) => readFile(join(out, "last.safetensors"));

test.each([
  ["with val", () => data],
  ["without val", () => withoutVal],
])(
  "an update that overflows in an epoch's last step is a non-finite loss, and nothing of it is saved, %s",
  async (name, from) => {
    const out = join(folder, name);
    const error = await caught(() => train(from(), { ...configWith({ lr: OVERFLOWING }), out }));
    expect(error).toMatchObject({
      code: "ERR_WSOL_NON_FINITE_LOSS",
      fix: "Start it again with a lower optim.lr, for example `optim.lr: 0.01`.",
    });
    const stored = (await readdir(out)).filter((file) => file.endsWith(".safetensors"));
    expect(stored).toEqual([]);
    expect(loggedEvents(out).at(-1)).toMatchObject({ type: "failed", code: "ERR_WSOL_NON_FINITE_LOSS" });
    // Nothing was stored: the advice is to be taken as it stands.
    await train(from(), { ...configWith({ lr: 0.01 }), out });
    expect(loggedEvents(out).map(({ type }) => type)).toEqual(["start", "epoch", "end"]);
  },
  60_000,
);

test.each([OVERFLOWING, 1e38, 1e30])(
  "a run that diverges with a rate of %d keeps its last good checkpoint and resumes with a lower one",
  async (lr) => {
    const out = await goingWild(lr);
    const before = await weights(out);
    const error = await caught(() => train(data, { out }, { resume: true }));
    expect(error).toMatchObject({
      code: "ERR_WSOL_NON_FINITE_LOSS",
      fix: "Resume it with a lower optim.lr: `resume: true` and, for example, `optim.lr: 0.01`.",
    });
    expect((await weights(out)).equals(before)).toBe(true);
    expect(loggedEvents(out).map(({ type }) => type)).toEqual(["start", "epoch", "end", "start", "failed"]);
    const resumed = await train(data, { out, optim: { lr: 0.01 } }, { resume: true });
    expect(resumed.last.epoch).toBe(3);
    const rates = loggedEvents(out).filter(({ type }) => type === "epoch");
    expect(rates.map(({ learningRate }) => learningRate)).toEqual([0.02, 0.01, 0.01]);
  },
  60_000,
);

test("a run that did not diverge keeps its learning rate", async () => {
  const error = await caught(() => train(data, { out: good, optim: { lr: 0.01 } }, { resume: true }));
  expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { key: "optim.lr" } });
}, 30_000);

test("an abort in the step that overflows saves nothing of it", async () => {
  const out = await goingWild(OVERFLOWING);
  const before = await weights(out);
  const controller = new AbortController();
  const onStep = () => controller.abort();
  const error = await caught(() => train(data, { out }, { resume: true, signal: controller.signal, onStep }));
  expect(error.code).toBe("ERR_WSOL_NON_FINITE_LOSS");
  expect((await weights(out)).equals(before)).toBe(true);
}, 30_000);

test("the command line exits 1 and advises in its own words", async () => {
  const out = await goingWild(OVERFLOWING);
  const { code, stderr, stdout } = await runWsol(["train", "--data", data, "--out", out, "--resume"]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("ERR_WSOL_NON_FINITE_LOSS: ");
  expect(stderr).toContain("Resume it with a lower optim.lr: --resume and, for example, --set optim.lr=0.01.\n");
  const again = ["train", "--data", data, "--out", out, "--resume", "--set", "optim.lr=0.01"];
  expect((await runWsol(again)).code).toBe(0);
}, 60_000);

describe("weights that are not finite", () => {
  /** A copy of the good run with NaN in one tensor of one file. */
  async function spoiled(file: string, tensor: string): Promise<string> {
    const out = join(folder, `spoiled-${copies++}`);
    await cp(good, out, { recursive: true });
    const path = join(out, file);
    const { tensors, metadata } = await readTensors(path);
    const nan = new Uint8Array(Float32Array.of(Number.NaN).buffer);
    const spoil = (data: Uint8Array) => Buffer.concat([data.subarray(0, data.length - 4), nan]);
    const changed = tensors.map((one) => (one.name === tensor ? { ...one, data: spoil(one.data) } : one));
    await writeSafetensors(path, { tensors: changed, metadata });
    return out;
  }

  const refusal = (error: WsolError, path: string, tensor: string) =>
    expect(error).toMatchObject({ code: "ERR_WSOL_CHECKPOINT", details: { path, tensor } });

  test.each(["last", "best"] as const)(
    "are refused in a run's %s",
    async (checkpoint) => {
      const out = await spoiled(`${checkpoint}.safetensors`, "layer1.0.conv1.weight");
      const error = await caught(() => Localizer.load(out, { checkpoint }));
      refusal(error, join(out, `${checkpoint}.safetensors`), "layer1.0.conv1.weight");
    },
    30_000,
  );

  test.each([
    ["weights", "fc.bias", "fc.bias"],
    ["momentum", "momentum.fc.bias", "momentum.fc.bias"],
  ])(
    "are refused in the %s of a state that is resumed",
    async (_, stored, named) => {
      const out = await spoiled("state.safetensors", stored);
      const error = await caught(() => train(data, { out, optim: { epochs: 2 } }, { resume: true }));
      refusal(error, join(out, "state.safetensors"), named);
    },
    30_000,
  );

  test("are refused as model.weights, but for a classifier that starts anew", async () => {
    const path = join(await spoiled("last.safetensors", "fc.bias"), "last.safetensors");
    const from = (classifier: "load" | "fresh", out: string) => {
      const config = configWith({});
      return train(data, { ...config, model: { ...config.model, weights: path, classifier }, out: join(folder, out) });
    };
    const error = await caught(() => from("load", "loaded"));
    refusal(error, path, "fc.bias");
    expect(error.fix).toContain("model.classifier=fresh");
    await from("fresh", "fresh");
  }, 60_000);
});

test("settings in the text of a command line start such a run, exit code 1", async () => {
  const settings = settingsOf(configWith({ lr: OVERFLOWING }));
  const { code, stderr } = await runWsol(["train", "--data", withoutVal, "--out", join(folder, "text"), ...settings]);
  expect(code).toBe(1);
  expect(stderr).toContain("Start it again with a lower optim.lr, for example --set optim.lr=0.01.\n");
}, 30_000);
