import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import { ImageLoader } from "../../../lib/data/images/loader";
import { evaluateRun, evaluateRunWith } from "../../../lib/evaluate/evaluate-run";
import { loadTorchAddon } from "../../../lib/native/load-torch";
import type { Evaluation } from "../../../lib/runs/evaluation";
import { readRunRecords } from "../../../lib/runs/records";
import { RunFolder } from "../../../lib/runs/run-folder";
import { compare } from "../../../lib/studies/compare/compare";
import { resampledFigures } from "../../../lib/studies/resampled-figures";
import { fit as train } from "../../../lib/train/fit";
import { caught } from "../../support/caught";
import { stateOfFiles } from "../../support/run-files";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

jest.setTimeout(60_000);

const folder = temporaryFolder();
const run = join(folder, "run");
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
  await train(data, { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 1 }, out: run });
}, 60_000);

/** What an evaluation says of the figures that records are kept for. */
const figuresOf = (evaluation: Evaluation) => ({
  gtKnownLoc: evaluation.gtKnownLoc,
  gtKnownAtVal: evaluation.atValThreshold?.gtKnownLoc ?? null,
  top1Loc: evaluation.top1Loc,
  top1LocAtVal: evaluation.atValThreshold?.top1Loc ?? null,
  maxBoxAccV2: evaluation.maxBoxAccV2?.mean ?? null,
  pxap: evaluation.pxap,
  top1Cls: evaluation.top1Cls,
  meanEntropy: evaluation.meanEntropy,
});

test("keeps records in the run folder from which the evaluation's own figures follow exactly", async () => {
  for (const split of ["test", "val"]) {
    const evaluation = await evaluateRun(run, data, { split, batchSize: 2 });
    const { evaluation: stored, ...records } = await readRunRecords(run);
    expect(stored).toEqual(evaluation);
    expect(records.ids).toEqual((await Dataset.open(data)).split(split).ids);
    const [figures] = await resampledFigures([records], { resamples: 1, seed: 0 });
    const values = Object.entries(figures!).map(([name, figure]) => [name, figure?.value ?? null]);
    expect(Object.fromEntries(values)).toEqual(figuresOf(evaluation));
  }
});

test("takes the options of loading and of evaluating", async () => {
  const evaluation = await evaluateRun(run, data, { checkpoint: "best", step: 0.1, scoreMap: { size: 16 } });
  expect(evaluation.curves.thresholds).toHaveLength(10);
  expect(evaluation.evaluated.model).toMatchObject({ checkpoint: "best", scoreMap: { size: 16 } });
  expect((await readRunRecords(run)).step).toBe(0.1);
});

test("two runs of the folder's own figures compare, whatever the images remembered by a shared loader", async () => {
  const loader = new ImageLoader({ resize: loadTorchAddon().resizeImage, cmyk: "refuse", cacheMemory: 64 });
  const dataset = await Dataset.open(data);
  const alone = await evaluateRun(run, data);
  expect(await evaluateRunWith(run, dataset, {}, loader)).toEqual(alone);
  const { figures } = await compare(run, run, { resamples: 20 });
  expect(figures.pxap).toMatchObject({ a: alone.pxap, b: alone.pxap, interval: [0, 0] });
});

test("keeps nothing of a weights file", async () => {
  const before = stateOfFiles(run);
  expect((await evaluateRun(join(run, "last.safetensors"), data)).evaluated.model?.checkpoint).toBeNull();
  expect(stateOfFiles(run)).toEqual(before);
});

test("rejects unknown options, and an abort leaves the evaluation that was there", async () => {
  const before = stateOfFiles(run);
  const { code, message } = await caught(() => evaluateRun(run, data, { spilt: "val" } as object));
  expect([code, message]).toEqual(["ERR_WSOL_ARGUMENT", "unknown option 'spilt'"]);
  const signal = AbortSignal.abort("enough");
  await expect(evaluateRun(run, data, { signal })).rejects.toBe("enough");
  expect((await caught(() => evaluateRun(join(folder, "none"), data))).code).toBe("ERR_WSOL_RUN_FOLDER");
  expect(stateOfFiles(run)).toEqual(before);
});

test("a run that is trained anew has neither evaluation nor records", async () => {
  const copy = join(folder, "again");
  cpSync(run, copy, { recursive: true });
  expect((await readRunRecords(copy)).split).toBe("test");
  const taken = await RunFolder.acquire(copy, { resume: false, force: true, onWarning: () => undefined });
  await taken.clear();
  taken.release();
  expect(Object.keys(stateOfFiles(copy)).filter((name) => /^(evaluation|records)/.test(name))).toEqual([]);
});

test("records whose evaluation was not written are seen to belong to none", async () => {
  await evaluateRun(run, data);
  const old = readFileSync(join(run, "evaluation.json"));
  await evaluateRun(run, data, { step: 0.1 });
  // As a kill between the two files leaves them.
  writeFileSync(join(run, "evaluation.json"), old);
  expect((await caught(() => readRunRecords(run))).message).toContain("belongs to another evaluation");
  rmSync(join(run, "evaluation.json"));
  expect((await caught(() => readRunRecords(run))).message).toContain("it has no evaluation");
});
