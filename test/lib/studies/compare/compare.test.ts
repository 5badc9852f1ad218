import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeNpy } from "../../../../lib/formats/npy";
import type { RunRecords } from "../../../../lib/runs/image-records";
import { writeRunRecords } from "../../../../lib/runs/records";
import { type CompareEvent, type CompareOptions, compare } from "../../../../lib/studies/compare/compare";
import { sideOf } from "../../../../lib/studies/compare/compared-runs";
import { renderComparison } from "../../../../lib/studies/compare/table";
import { resampledFigures } from "../../../../lib/studies/resampled-figures";
import { caught } from "../../../support/caught";
import { fakeRecords, plainRecords } from "../../../support/fake-records";
import { fakeEvaluated, fakeEvaluation, writeFakeRun } from "../../../support/fake-run";
import { type Finished, runWsol } from "../../../support/run-wsol";
import { temporaryFolder } from "../../../support/temporary-folder";

jest.setTimeout(60_000);

const root = temporaryFolder();
const IMAGES = 60;

async function runOf(name: string, records: RunRecords, evaluation = fakeEvaluation()): Promise<string> {
  const folder = writeFakeRun(join(root, name), { evaluation });
  await writeRunRecords(folder, records, evaluation);
  return folder;
}

/** Of each three images the first `of` are hit and right. */
const thirds = (of: number) => Array.from({ length: IMAGES }, (_, image) => image % 3 < of);

let low: string;
let high: string;
let mixed: string;
let toggling: string[];
beforeAll(async () => {
  low = await runOf("low", plainRecords(thirds(1), thirds(1)));
  high = await runOf("high", plainRecords(thirds(2), thirds(2)));
  mixed = await runOf("mixed", plainRecords(thirds(2), thirds(1)));
  toggling = await Promise.all([1, 2, 3].map((salt) => runOf(`t${salt}`, fakeRecords(IMAGES, salt))));
});

const OPTIONS: CompareOptions = { resamples: 400, seed: 3 };

describe("compare", () => {
  test("B beats A where it hits and names more of the same images", async () => {
    const found = await compare(low, high, OPTIONS);
    expect(found).toMatchObject({
      split: "test",
      images: IMAGES,
      resamples: 400,
      seed: 3,
      confidence: 0.95,
      notes: [],
    });
    const { gtKnownAtVal, top1Cls } = found.figures;
    for (const figure of [gtKnownAtVal!, top1Cls!]) {
      expect([figure.a, figure.b, figure.difference]).toEqual([1 / 3, 2 / 3, expect.closeTo(1 / 3, 12)]);
      expect(figure.interval[0]).toBeGreaterThan(0);
      expect(figure.interval[1]).toBeGreaterThan(1 / 3);
    }
    expect(found.verdict.bBeatsA).toBe(true);
    expect(found.a).toMatchObject([{ folder: low, figures: { gtKnownLoc: 1 / 3, pxap: null } }]);
    expect((await compare(high, low, OPTIONS)).verdict).toMatchObject({ bBeatsA: false });
  });

  test("B that is better in one half alone does not beat A", async () => {
    const { verdict } = await compare(low, mixed, OPTIONS);
    expect(verdict).toMatchObject({
      bBeatsA: false,
      localization: { outcome: "better" },
      classification: { outcome: "not distinguishable" },
    });
  });

  test("averages the runs of a side in each resample, after each took its own best threshold", async () => {
    const [a, b, c] = toggling as [string, string, string];
    const { figures } = await compare(a, [b, c], OPTIONS);
    const records = [1, 2, 3].map((salt) => fakeRecords(IMAGES, salt));
    const [ofA, ofB, ofC] = await resampledFigures(records, { resamples: 400, seed: 3 });
    for (const name of ["gtKnownLoc", "top1LocAtVal", "maxBoxAccV2", "pxap", "meanEntropy"] as const) {
      const differences = Array.from(ofA![name]!.resampled, (value, resample) => {
        return (ofB![name]!.resampled[resample]! + ofC![name]!.resampled[resample]!) / 2 - value;
      }).sort((one, other) => one - other);
      // 0.025 and 0.975 of 399 lie between 9 and 10, and between 389 and 390.
      const expected = [
        differences[9]! + 0.975 * (differences[10]! - differences[9]!),
        differences[389]! + 0.025 * (differences[390]! - differences[389]!),
      ];
      expect(figures[name]!.interval).toEqual(expected.map((end) => expect.closeTo(end, 10)));
      expect(figures[name]!.b).toBeCloseTo((ofB![name]!.value + ofC![name]!.value) / 2, 12);
    }
  });

  test("the same runs in another order differ by nothing at all", async () => {
    const [a, b, c] = toggling as [string, string, string];
    const { figures } = await compare([a, b, c], [c, b, a], OPTIONS);
    const found = Object.values(figures).map((figure) => [figure!.difference, ...figure!.interval]);
    expect(found).toEqual(new Array(8).fill([0, 0, 0]));
  });

  test("is the same for the same seed, another for another", async () => {
    const [a, b] = toggling as [string, string];
    const once = await compare(a, b, OPTIONS);
    expect(await compare(a, b, { ...OPTIONS, workers: 1 })).toEqual(once);
    const other = await compare(a, b, { ...OPTIONS, seed: 4 });
    expect(other.figures.meanEntropy!.interval).not.toEqual(once.figures.meanEntropy!.interval);
    expect(other.figures.meanEntropy!.difference).toBe(once.figures.meanEntropy!.difference);
  });

  test("a run against itself differs nowhere, and a note says that it is on both sides", async () => {
    const { figures, verdict, notes } = await compare(low, low, OPTIONS);
    expect(figures.top1Cls).toMatchObject({ difference: 0, interval: [0, 0] });
    expect([verdict.bBeatsA, notes]).toEqual([false, [`'${low}' is on both sides`]]);
  });

  test("a note says that the intervals of few resamples say little", async () => {
    const notesOf = async (resamples: number) => (await compare(low, high, { resamples })).notes;
    expect(await notesOf(99)).toEqual([
      "the intervals of fewer than 100 resamples, and with them the verdict, say little",
    ]);
    expect(await notesOf(100)).toEqual([]);
  });

  test("rejects a folder without a name, as a comma too many gives", async () => {
    const { code, message } = await caught(() => compare([low, ""], high, OPTIONS));
    expect([code, message]).toEqual([
      "ERR_WSOL_ARGUMENT",
      "expected a folder or an array of folders for 'a', got \"\"",
    ]);
  });

  test("tells of score maps of different kinds, which may be compared", async () => {
    const evaluated = fakeEvaluated({}, { scoreMap: { ...fakeEvaluated().model!.scoreMap, kind: "grad-cam" } });
    const other = await runOf("grad-cam", plainRecords(thirds(1), thirds(1)), fakeEvaluation({ evaluated }));
    const { notes } = await compare(low, other, OPTIONS);
    expect(notes).toEqual([expect.stringMatching(/^the score maps are of different kinds: cam.*; grad-cam/)]);
  });

  test("reports its progress as it goes", async () => {
    const events: CompareEvent[] = [];
    for await (const event of compare(low, high, OPTIONS)) events.push(event);
    expect(events.at(-1)).toEqual({ type: "resample", done: 400, total: 400 });
  });

  test.each([
    ["split", { split: "val" as const }, "split"],
    ["data", { evaluated: fakeEvaluated({ fingerprint: "f".repeat(64) }) }, "data"],
    ["threshold step", { evaluated: fakeEvaluated({ step: 0.01 }) }, "threshold step"],
    ["number of images", { images: 7 }, "number of images"],
  ])("rejects evaluations of another %s, naming both runs", async (name, changes, what) => {
    const other = await runOf(`other-${name}`, fakeRecords(IMAGES), fakeEvaluation(changes));
    const { code, message, details, fix } = await caught(() => compare(low, other, OPTIONS));
    expect([code, details.folders]).toEqual(["ERR_WSOL_RUN_FOLDER", [low, other]]);
    expect(message).toContain(`their ${what} differs: '${low}' has `);
    expect(fix).toContain("same data and split");
  });

  test("rejects a run without evaluation or records, with the command that makes them", async () => {
    const bare = writeFakeRun(join(root, "bare"), { evaluation: null });
    const { code, fix } = await caught(() => compare(low, bare, OPTIONS));
    expect([code, fix]).toEqual(["ERR_WSOL_RUN_FOLDER", `Run: wsol evaluate --run ${bare} --data DIR --split test`]);
  });

  test("tells what to pass instead of a study's folder, and of score maps", async () => {
    const study = join(root, "study");
    mkdirSync(study);
    writeFileSync(join(study, "study.json"), "{}");
    const ofStudy = await caught(() => compare(low, study));
    expect([ofStudy.code, ofStudy.fix]).toEqual(["ERR_WSOL_RUN_FOLDER", expect.stringContaining("study/runs/…")]);
    const maps = join(root, "only-maps");
    mkdirSync(maps);
    writeFileSync(join(maps, "1.jpg.npy"), encodeNpy(new Float64Array(4), [2, 2]));
    const ofMaps = await caught(() => compare(maps, low));
    expect([ofMaps.code, ofMaps.fix]).toEqual(["ERR_WSOL_RUN_FOLDER", expect.stringContaining("--scoremaps")]);
    const older = writeFakeRun(join(root, "older"));
    expect((await caught(() => compare(older, low, OPTIONS))).message).toContain("it has no records of single images");
  });

  test("rejects no folders, one twice on a side, unknown options, and those of score maps without them", async () => {
    const of = async (a: never, b: never, options: object = OPTIONS) => {
      const { code, message } = await caught(() => compare(a, b, options));
      expect(code).toBe("ERR_WSOL_ARGUMENT");
      return message;
    };
    const [one, none] = [low as never, [] as never];
    expect(await of(none, one)).toBe("expected a folder or an array of folders for 'a', got an array of 0");
    expect(await of(one, "" as never)).toBe("expected a folder or an array of folders for 'b', got \"\"");
    expect(await of(one, 3 as never)).toContain("for 'b', got 3");
    expect(await of([low, `${low}/`] as never, one)).toContain("expected each folder once for 'a'");
    expect(await of(one, one, { resample: 5 })).toBe("unknown option 'resample'");
    expect(await of(one, one, { split: "val" })).toBe("expected nothing without 'scoreMaps' for 'split', got \"val\"");
    expect(await of(one, one, { scoreMaps: true })).toContain("for 'data', got undefined");
    expect(await of(one, one, { resamples: 1.5 })).toContain("'resamples'");
  });

  test("stops when aborted", async () => {
    const signal = AbortSignal.abort("enough");
    await expect(compare(low, high, { ...OPTIONS, signal })).rejects.toBe("enough");
  });
});

/** Two images of 4 x 4 whose objects fill the left half, and maps that show them, or not. */
function mapsAndData(): { data: string; right: string; wrong: string } {
  const [data, right, wrong] = ["data", "right", "wrong"].map((name) => join(root, name)) as [string, string, string];
  const metadata = join(data, "metadata", "test");
  mkdirSync(metadata, { recursive: true });
  const lines = (of: (id: string) => string) => ["a", "b"].map((id) => `${of(id)}\n`).join("");
  writeFileSync(
    join(metadata, "image_ids.txt"),
    lines((id) => id),
  );
  writeFileSync(
    join(metadata, "class_labels.txt"),
    lines((id) => `${id},0`),
  );
  writeFileSync(
    join(metadata, "image_sizes.txt"),
    lines((id) => `${id},4,4`),
  );
  writeFileSync(
    join(metadata, "localization.txt"),
    lines((id) => `${id},0,0,1,3`),
  );
  for (const [folder, side] of [
    [right, 0],
    [wrong, 1],
  ] as const) {
    mkdirSync(folder);
    const map = Float64Array.from({ length: 16 }, (_, at) => (Math.floor((at % 4) / 2) === side ? 1 : 0));
    for (const id of ["a", "b"]) writeFileSync(join(folder, `${id}.npy`), encodeNpy(map, [4, 4]));
  }
  return { data, right, wrong };
}

describe("compare, of score maps", () => {
  test("compares what needs no predictions, and says that classification is missing", async () => {
    const { data, right, wrong } = mapsAndData();
    const events: CompareEvent[] = [];
    const running = compare(wrong, right, { scoreMaps: true, data, step: 0.1, resamples: 50 });
    for await (const event of running) events.push(event);
    const { figures, verdict, images } = await running;
    expect([images, figures.gtKnownLoc, figures.top1Cls]).toMatchObject([2, { a: 0, b: 1, interval: [1, 1] }, null]);
    expect(verdict).toMatchObject({ bBeatsA: null, localization: { figure: "gtKnownLoc", outcome: "better" } });
    expect(verdict.sentence).toContain("classification is not known");
    expect(events[0]).toMatchObject({ type: "evaluate", folder: wrong, total: 2 });

    const args = ["compare", wrong, right, "--scoremaps", "--data", data, "--resamples", "50", "--json"];
    const { code, stdout } = await runWsol(args);
    expect([code, JSON.parse(stdout).figures.gtKnownLoc.interval]).toEqual([0, [1, 1]]);
  });
});

describe("sideOf", () => {
  test("splits at commas, but not the name of a folder that is there", () => {
    const odd = join(root, "mean=0.5,0.5");
    mkdirSync(odd);
    expect(sideOf(odd)).toBe(odd);
    expect(sideOf("a,b")).toEqual(["a", "b"]);
  });
});

describe("wsol compare", () => {
  const wsol = (...args: string[]): Promise<Finished> => runWsol(["compare", ...args]);

  test("prints a table and the verdict as its last line", async () => {
    const { code, stdout, stderr } = await wsol(low, `${high},${mixed}`, "--resamples", "400", "--seed", "3");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`${renderComparison(await compare(low, [high, mixed], OPTIONS))}\n`);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.slice(0, 3)).toEqual([
      `A: ${low}`,
      `B: ${high}, ${mixed}`,
      "test: 60 images, 400 resamples of them, seed 3",
    ]);
    expect(lines[4]).toMatch(/^ {2}Top-1 Cls +33\.3 % +50\.0 % +\+16\.7 +\+\d+\.\d to \+\d+\.\d$/);
    expect(lines.at(-1)).toMatch(/^B beats A: better in localization \(.*\); better in classification \(.*\)\.$/);
  });

  test("prints exactly the comparison as JSON, and changes nothing in the folders", async () => {
    const before = readFileSync(join(low, "evaluation.json"));
    const { code, stdout } = await wsol(low, high, "--resamples", "400", "--seed", "3", "--json");
    expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(JSON.stringify(await compare(low, high, OPTIONS)))]);
    expect(readFileSync(join(low, "evaluation.json"))).toEqual(before);
  });

  test.each<[string, () => string[], number, string]>([
    ["one side alone", () => [low], 2, "missing required argument 'b'"],
    ["no resamples", () => [low, high, "--resamples", "0"], 2, "Expected a whole number of at least 1"],
    [
      "--data without --scoremaps",
      () => [low, high, "--data", root],
      2,
      "'--data' has no effect without '--scoremaps'",
    ],
    ["--scoremaps without --data", () => [low, high, "--scoremaps"], 2, "expected '--data' with '--scoremaps'"],
    ["an empty name", () => [low, `${high},`], 2, "a folder or an array of folders"],
    ["a folder that is not there", () => [low, join(root, "none")], 3, "no such folder"],
  ])("refuses %s", async (_, args, code, words) => {
    const { code: found, stdout, stderr } = await wsol(...args());
    expect([found, stdout]).toEqual([code, ""]);
    expect(stderr).toContain(words);
  });
});
