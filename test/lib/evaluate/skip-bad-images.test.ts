import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import { evaluate } from "../../../lib/evaluate/evaluate";
import { evaluateRun } from "../../../lib/evaluate/evaluate-run";
import { Localizer } from "../../../lib/localize/localizer";
import { readRunRecords } from "../../../lib/runs/records";
import { readRunSummaries } from "../../../lib/runs/summary";
import { compare } from "../../../lib/studies/compare/compare";
import { fit as train } from "../../../lib/train/fit";
import { caught } from "../../support/caught";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

jest.setTimeout(120_000);

const folder = temporaryFolder();
const run = join(folder, "run");
/** Some of its images are damaged, missing, or of another size than the metadata say. */
const bad = join(folder, "bad");
/** The same without these images. */
const without = join(folder, "without");
const BAD = { train: [3, 7], val: [1], test: [0, 4, 8] } as const;
let badIds: string[];

beforeAll(async () => {
  const sound = await tinyDataset(folder);
  cpSync(sound, bad, { recursive: true });
  cpSync(sound, without, { recursive: true });
  const data = await Dataset.open(sound);
  for (const [name, indices] of Object.entries(BAD)) {
    const split = data.split(name);
    const ids = indices.map((index) => split.ids[index]!);
    for (const file of ["image_ids.txt", "class_labels.txt", "image_sizes.txt", "localization.txt", "masks.txt"]) {
      const path = join(without, "metadata", name, file);
      const lines = readFileSync(path, "utf8").split("\n");
      writeFileSync(path, lines.filter((line) => !ids.includes(line.split(",")[0]!)).join("\n"));
    }
    const [first, second, third] = ids.map((id) => join(bad, "images", id));
    rmSync(first!);
    if (second !== undefined) writeFileSync(second, readFileSync(second).subarray(0, 200));
    if (third !== undefined) {
      const sizes = join(bad, "metadata", name, "image_sizes.txt");
      writeFileSync(sizes, readFileSync(sizes, "utf8").replace(`${ids[2]},48,48`, `${ids[2]},49,48`));
    }
  }
  badIds = BAD.test.map((index) => data.split("test").ids[index]!);
  const config = { ...TINY_CONFIG, data: { ...TINY_CONFIG.data, onBadImage: "skip" as const } };
  await train(bad, { ...config, optim: { ...config.optim, epochs: 1 }, out: run }, { onWarning: () => undefined });
}, 120_000);

test("an evaluation that skips has the figures of the split without these images, names them, and keeps their records out", async () => {
  const warnings: string[] = [];
  const { evaluated, skipped, ...figures } = await evaluateRun(run, bad, { onWarning: (text) => warnings.push(text) });
  const { ids } = await readRunRecords(run);
  const [summary] = await readRunSummaries([run]);
  expect(skipped).toEqual(badIds);
  expect(ids).toEqual((await Dataset.open(without)).split("test").ids);
  expect(summary!.evaluation).toMatchObject({ images: 6, skipped: badIds });
  expect(warnings).toHaveLength(4);
  expect(warnings[0]).toMatch(/^skipped in val: image '/);

  const clean = await evaluateRun(run, without);
  expect(clean.skipped).toEqual([]);
  const { evaluated: _, skipped: __, ...expected } = clean;
  expect(figures).toEqual(expected);
  expect(evaluated.fingerprint).not.toBe(clean.evaluated.fingerprint);
});

test("evaluations that skipped other images are no comparison", async () => {
  const other = join(folder, "other-run");
  cpSync(run, other, { recursive: true });
  const same = { onWarning: () => undefined };
  await evaluateRun(run, bad, same);
  // As many images, one of which is another.
  const shifted = join(folder, "shifted");
  cpSync(bad, shifted, { recursive: true });
  const { ids } = (await Dataset.open(bad)).split("test");
  cpSync(join(bad, "images", ids[1]!), join(shifted, "images", ids[0]!));
  rmSync(join(shifted, "images", ids[1]!));
  await evaluateRun(other, shifted, same);
  expect(await caught(() => compare(run, other))).toMatchObject({ details: { what: "skipped images" } });
});

test("an evaluation can be told to stop, or to skip, whatever the run was trained with", async () => {
  const model = await Localizer.load(run);
  try {
    expect(await caught(() => evaluate(model, bad, { onBadImage: "stop" }))).toMatchObject({
      code: "ERR_WSOL_IMAGE",
    });
    expect(await caught(() => evaluate(model, bad, { onBadImage: "ignore" as "skip" }))).toMatchObject({
      details: { parameter: "onBadImage" },
    });
  } finally {
    await model.close();
  }
});

test("a split of which every image is skipped is an error", async () => {
  const gone = join(folder, "gone");
  cpSync(bad, gone, { recursive: true });
  rmSync(join(gone, "images"), { recursive: true });
  const error = await caught(() => evaluateRun(run, gone, { onWarning: () => undefined, split: "val" }));
  expect(error.message).toBe("expected images of 'val' to evaluate, got none: all 6 were skipped");
});

test("wsol evaluate says what it skipped, on stderr, in the table and in the JSON", async () => {
  const table = await runWsol(["evaluate", "--run", run, "--data", bad]);
  expect(table.code).toBe(0);
  expect(table.stdout).toContain(`test: 6 images; 3 skipped, in no figure: ${badIds.join(", ")}\n`);
  expect(table.stderr.match(/warning: skipped in test: /g)).toHaveLength(3);
  const stopped = await runWsol(["evaluate", "--run", run, "--data", bad, "--on-bad-image", "stop", "--json"]);
  expect([stopped.code, stopped.stdout]).toEqual([3, ""]);
  const { code, stdout } = await runWsol(["evaluate", "--run", run, "--data", bad, "--json"]);
  expect([code, JSON.parse(stdout).skipped]).toEqual([0, badIds]);
  const maps = await runWsol(["evaluate", "--scoremaps", folder, "--data", bad, "--on-bad-image", "skip"]);
  expect([maps.code, maps.stderr]).toEqual([2, expect.stringContaining("'--on-bad-image' has no effect")]);
});
