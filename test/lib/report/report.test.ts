import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { DEFAULTS } from "../../../lib/config/defaults";
import type { GalleryImage, RunGallery } from "../../../lib/pictures/gallery-of-run";
import type { Panel } from "../../../lib/pictures/panels-of-run";
import { renderReport, writeReport } from "../../../lib/report/report";
import type { ReportedRun } from "../../../lib/report/reported-run";
import { readRunSummaries, type StoredEvaluation } from "../../../lib/runs/summary";
import { caught } from "../../support/caught";
import { type FakeRun, fakeEvaluated, fakeEvaluation, writeFakeRun } from "../../support/fake-run";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();

async function runsOf(runs: Record<string, FakeRun>): Promise<ReportedRun[]> {
  const folder = await mkdtemp(join(root, "runs-"));
  const summaries = await readRunSummaries(
    Object.entries(runs).map(([name, run]) => writeFakeRun(join(folder, name), run)),
  );
  return summaries.map((summary) => ({ ...summary, panels: [] }));
}

async function pageOf(runs: Record<string, FakeRun>): Promise<string> {
  return renderReport({ runs: await runsOf(runs), out: "report.html", date: new Date(0) });
}

const PAIR: Record<string, FakeRun> = {
  baseline: { config: { loss: { lambda: 0 } } },
  entropy: {
    config: { loss: { lambda: 0.1 } },
    evaluation: fakeEvaluation({
      gtKnownLoc: 0.7,
      atValThreshold: { threshold: 0.3, gtKnownLoc: 0.65, top1Loc: 0.38 },
      top1Cls: 0.48,
      meanEntropyFraction: 0.4,
    }),
  },
};

/** The cells of a row of the first table. */
function rowOf(page: string, name: string): string[] {
  const row = page.split("<tr>").find((part) => part.includes(`</span>${name}<`))!;
  return [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map((match) => match[1]!);
}

describe("the report", () => {
  it("is one document that asks for nothing outside itself", async () => {
    const page = await pageOf(PAIR);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|@import|https?:|src="(?!data:)|url\(/);
    expect(page).toContain("default-src 'none'");
  });

  it("marks the best figure of a column and shows the difference with the first run", async () => {
    const page = await pageOf(PAIR);
    expect(rowOf(page, "baseline").slice(0, 2)).toEqual(["<b>50.0</b>", "60.0"]);
    expect(rowOf(page, "entropy").slice(0, 2)).toEqual([
      '48.0<small class="down">−2.0</small>',
      '<b>70.0</b><small class="up">+10.0</small>',
    ]);
  });

  it("marks no figure in which all runs are equal, and no threshold where none hits anything", async () => {
    const none = fakeEvaluation({ gtKnownLoc: 0, top1Loc: 0 });
    const zeros = none.curves.thresholds.map(() => 0);
    const maxBoxAcc = { "0.3": zeros, "0.5": zeros, "0.7": zeros };
    const evaluation = { ...none, curves: { ...none.curves, maxBoxAcc, top1Loc: zeros } };
    const page = await pageOf({ a: { evaluation }, b: { evaluation } });
    expect(rowOf(page, "a").join()).not.toContain("<b>");
    expect(page.split('id="thresholds"')[1]!.split("</section>")[0]).not.toContain("at threshold");
  });

  it("takes no side on the entropy", async () => {
    const page = await pageOf(PAIR);
    expect(rowOf(page, "entropy")).toContain('40.0<small class="same">+18.3</small>');
  });

  it("names the run that localizes best", async () => {
    expect(await pageOf(PAIR)).toMatch(/<b>entropy<\/b> localizes best of the two/);
  });

  it("has every section, each reached from the top", async () => {
    const page = await pageOf(PAIR);
    const sections = [...page.matchAll(/<section id="(\w+)"/g)].map((match) => match[1]);
    const links = [...page.matchAll(/href="#(\w+)"/g)].map((match) => match[1]);
    expect(sections).toEqual([
      "results",
      "entropy",
      "training",
      "thresholds",
      "evaluation",
      "settings",
      "environment",
      "definitions",
      "commands",
    ]);
    expect(links).toEqual(sections);
  });

  it("lists what the runs differ in and nothing else", async () => {
    const page = await pageOf(PAIR);
    const differences = page.split('id="settings"')[1]!.split("<details>")[0]!;
    expect([...differences.matchAll(/<code>(.*?)<\/code>/g)].map((match) => match[1])).toEqual(["loss.lambda"]);
    expect(differences).toContain("in this and in nothing else");
  });

  it.each<[string, FakeRun, string]>([
    ["the data set", { data: "/data/other" }, "differ in the settings below, and also in data set."],
    ["the package", { environment: { package: "0.0.9" } }, "and also in version of entropy-wsol."],
    [
      "what was evaluated",
      { evaluation: fakeEvaluation({ evaluated: fakeEvaluated({ step: 0.01 }) }) },
      'and also in <a href="#evaluation">what was evaluated</a>.',
    ],
  ])("says that runs of other settings differ in %s too", async (_, run, words) => {
    const page = await pageOf({ a: {}, b: { ...run, config: { loss: { lambda: 0.1 } } } });
    const settings = page.split('id="settings"')[1]!.split("<details>")[0]!;
    expect(settings).toContain(words);
    expect(settings).not.toContain("nothing else");
  });

  it("does not say that runs are alike in what is not recorded", async () => {
    const runs = await runsOf({ a: {}, b: { config: { loss: { lambda: 0.1 } } } });
    const unknown = runs.map((run) => ({ ...run, environment: null }));
    const page = await renderReport({ runs: unknown, out: "report.html" });
    expect(page).not.toContain("nothing else");
    expect(page).toMatch(/On what data, and with which version of the package, a and b were made is not recorded/);
  });

  it("gives the commands that make it again, quoted for a shell", async () => {
    const page = await pageOf({ "it's": { config: { loss: { lambda: 0.1 }, seed: 3 }, data: "/data/my set" } });
    const commands = page.split("<pre>")[1]!.split("</pre>")[0]!.replaceAll("&#39;", "'").split("\n");
    expect(commands[0]).toMatch(
      /^wsol train --data '\/data\/my set' --out '.*it'\\''s' --set loss\.lambda=0\.1 --set seed=3$/,
    );
    expect(commands[1]).toMatch(/^wsol evaluate --run .* --data \/data\/set --split test$/);
    expect(commands[2]).toMatch(/^wsol report /);
  });

  it("escapes names from the file system and the configuration", async () => {
    const page = await pageOf({ "<img onerror=x>&": { config: { model: { weights: "<i>.pth" } } } });
    expect(page).not.toContain("<img onerror");
    expect(page).not.toContain("<i>.pth");
    expect(page).toContain("&lt;img onerror=x&gt;&amp;");
  });

  it("gives mean and deviation of runs that differ in the seed alone", async () => {
    const seed = (value: number, gtKnownLoc: number): FakeRun => ({
      config: { seed: value },
      evaluation: fakeEvaluation({ gtKnownLoc }),
    });
    const page = await pageOf({ a: seed(0, 0.6), b: seed(1, 0.7), c: seed(2, 0.8) });
    expect(page.split("Mean over seeds")[1]).toContain('<td>70.0<small class="same">± 10.0</small></td>');
    expect(await pageOf(PAIR)).not.toContain("Mean over seeds");
  });

  it.each<[string, Partial<StoredEvaluation>, string]>([
    ["another split", { split: "val", images: 10 }, "split and number of images"],
    ["other data", { evaluated: fakeEvaluated({ fingerprint: "f".repeat(64) }) }, "data"],
    ["another threshold grid", { evaluated: fakeEvaluated({ step: 0.01 }) }, "threshold step"],
    ["another sigma", { evaluated: fakeEvaluated({ sigma: 0.2 }) }, "sigma"],
    [
      "another normalisation",
      { evaluated: fakeEvaluated({}, { scoreMap: { ...DEFAULTS.scoreMap, normalisation: "pas" } }) },
      "score map",
    ],
    ["nothing that was recorded", { evaluated: null }, "data and score map"],
  ])("neither ranks nor compares runs of which one was evaluated on %s", async (_, changes, what) => {
    const better = { gtKnownLoc: 0.9, atValThreshold: { threshold: 0.3, gtKnownLoc: 0.9, top1Loc: 0.5 } };
    const page = await pageOf({ a: {}, b: { evaluation: fakeEvaluation({ ...better, ...changes }) } });
    expect(page).toContain(`Their evaluations differ in ${what}, so that their figures cannot be compared`);
    expect(page).not.toMatch(/localizes best|class="tile"|class="change/);
    expect(rowOf(page, "a").concat(rowOf(page, "b")).join()).not.toMatch(/<b>|<small/);
  });

  it("ranks by the value at val's threshold where all have one, else by the best, else by PxAP", async () => {
    const run = (gtKnownLoc: number | null, atVal: number | null, pxap: number): FakeRun => ({
      evaluation: fakeEvaluation({
        gtKnownLoc,
        atValThreshold: atVal === null ? null : { threshold: 0.3, gtKnownLoc: atVal, top1Loc: null },
        pxap,
      }),
    });
    const bestOf = async (...runs: [FakeRun, FakeRun]) =>
      /<b>(\w)<\/b> localizes best of the two, by (.*?)\. /.exec(await pageOf({ a: runs[0], b: runs[1] }))?.slice(1);
    expect(await bestOf(run(0.9, 0.5, 0.9), run(0.6, 0.6, 0.4))).toEqual([
      "b",
      "GT-known Loc at the threshold that was chosen on val",
    ]);
    expect(await bestOf(run(0.9, null, 0.4), run(0.6, 0.6, 0.9))).toEqual([
      "a",
      "GT-known Loc, each run at its best threshold on this split",
    ]);
    expect(await bestOf(run(null, null, 0.4), run(null, null, 0.9))).toEqual(["b", "PxAP"]);
  });

  it("shows in the headline the figure that it ranks by", async () => {
    const tiles = (await pageOf(PAIR)).split('class="tiles"')[1]!;
    expect(tiles).toMatch(/^><div class="tile"><p class="name">GT-known Loc, of val<\/p><p class="value">65\.0/);
  });

  it("calls no run the best of equals", async () => {
    expect(await pageOf({ a: {}, b: {} })).toContain(
      "<b>a</b> and <b>b</b> are equal, and best of the two, by GT-known",
    );
  });

  it("ranks by accuracy, as classification, where there are neither boxes nor masks", async () => {
    const none = { gtKnownLoc: null, top1Loc: null, atSigma: null, atValThreshold: null, pxap: null };
    const page = await pageOf({
      a: { evaluation: fakeEvaluation(none) },
      b: { evaluation: fakeEvaluation({ ...none, top1Cls: 0.9 }) },
    });
    expect(page).toContain("<b>b</b> classifies best of the two, by accuracy.");
  });

  it("shows what was evaluated, and that older folders did not record it", async () => {
    const evaluation = fakeEvaluation({ evaluated: fakeEvaluated({}, { checkpoint: "best", epoch: 1 }) });
    const page = await pageOf({ a: { evaluation }, b: { evaluation: fakeEvaluation({ evaluated: null }) } });
    const section = page.split('id="evaluation"')[1]!.split("</section>")[0]!;
    expect(section).toContain("<td>best, after 1 epoch</td><td>not recorded</td>");
    expect(section).toContain("<td>0123456789ab</td><td>not recorded</td>");
    expect(page).toContain("--split test  # its other options were not recorded");
  });

  it("says when the run was trained on after its evaluation", async () => {
    const page = await pageOf({ a: { epochs: 9 } });
    expect(page).toContain("last, after 4 epochs; the run has 9 by now");
  });

  it("tells the effective ε of the configured batch size, not that of an epoch's smaller last one", async () => {
    const page = await pageOf({ a: { config: { loss: { lambda: 1e-3, reduction: "sum" } } } });
    // 10 classes, batches of 32: 0.32 / 1.32. The last batch of 8 would give 0.074.
    expect(page).toContain("effective ε 0.24<");
  });

  it("says how to evaluate when no run has been evaluated", async () => {
    const page = await pageOf({ a: { evaluation: null } });
    expect(page).toContain("wsol evaluate --run");
    expect(page).not.toContain('id="thresholds"');
  });

  it("leaves out what the data cannot give", async () => {
    const evaluation = fakeEvaluation({ gtKnownLoc: null, top1Loc: null, atSigma: null, atValThreshold: null });
    const page = await pageOf({
      a: {
        evaluation: {
          ...evaluation,
          maxBoxAccV2: null,
          curves: { ...evaluation.curves, maxBoxAcc: null, top1Loc: null },
        },
      },
    });
    const results = page.split('id="results"')[1]!.split("</section>")[0];
    expect(results).not.toMatch(/GT-known|Top-1 Loc|MaxBoxAccV2/);
    expect(results).toContain("PxAP");
    expect(page.split('id="thresholds"')[1]!.split("</section>")[0]).not.toContain("Top-1 Loc");
  });

  it("holds no figure that is not a number", async () => {
    expect(await pageOf({ a: { epochs: 0, evaluation: null }, b: { epochs: 1 }, c: {} })).not.toMatch(
      /NaN|Infinity|undefined|\[object/,
    );
  });
});

describe("the page of pictures", () => {
  const panel = async (changes: Partial<Panel> = {}): Promise<Panel> => ({
    imageId: "a/1.jpg",
    label: "heron",
    predicted: "heron",
    probability: 0.93,
    iou: 0.71,
    png: await sharp({ create: { width: 30, height: 10, channels: 4, background: "#00f" } })
      .png()
      .toBuffer(),
    ...changes,
  });

  it("has a row per image and a picture per run that has it, inside the page", async () => {
    const [a, b] = await runsOf(PAIR);
    const runs = [
      { ...a!, panels: [await panel(), await panel({ imageId: "2.jpg" })] },
      { ...b!, panels: [await panel({ predicted: "egret", iou: null })] },
    ];
    const page = await renderReport({ runs, out: "report.html" });
    expect([...page.matchAll(/<h3>heron <small>(.*?)<\/small>/g)].map((match) => match[1])).toEqual([
      "a/1.jpg",
      "2.jpg",
    ]);
    const pictures = [...page.matchAll(/src="data:image\/webp;base64,([^"]+)"/g)].map((match) => match[1]!);
    expect(pictures).toHaveLength(3);
    expect(await sharp(Buffer.from(pictures[0]!, "base64")).metadata()).toMatchObject({ width: 30, height: 10 });
    expect(page).toContain("✓ heron</span> 93 % · IoU 0.71");
    expect(page).toContain("✗ egret</span> 93 %</figcaption>");
  });

  it("shows the stages below the picture where they were made", async () => {
    const [a] = await runsOf(PAIR);
    const stages = await sharp({ create: { width: 12, height: 40, channels: 3, background: "#0f0" } })
      .png()
      .toBuffer();
    const page = await renderReport({ runs: [{ ...a!, panels: [await panel({ stages })] }], out: "report.html" });
    const picture = /<img class="stages"[^>]*src="data:image\/webp;base64,([^"]+)"/.exec(page)![1]!;
    expect(await sharp(Buffer.from(picture, "base64")).metadata()).toMatchObject({ width: 12, height: 40 });
  });
});

describe("the gallery", () => {
  const found = (changes: Partial<GalleryImage> = {}): GalleryImage => ({
    imageId: "a/1.jpg",
    label: "heron",
    predicted: "egret",
    probability: 0.123456,
    entropyFraction: 0.5,
    width: 30,
    height: 20,
    trueBoxes: [[1, 2, 3, 4]],
    rawMap: { data: Float32Array.of(1, -2), width: 2, height: 1 },
    box: [0, 0, 5, 5],
    iou: 0.25,
    thumbnail: Uint8Array.of(1, 2, 3),
    ...changes,
  });
  const gallery = (...images: GalleryImage[]): RunGallery => ({
    ...{ threshold: 0.3, normalisation: "minmax", size: 224, images },
  });
  const dataOf = (page: string) =>
    JSON.parse(/<script type="application\/json" id="gallery-data">(.*?)<\/script>/s.exec(page)![1]!);

  it("lies in the page as data: images once, and what each run found in them", async () => {
    const [a, b] = await runsOf(PAIR);
    const runs = [
      { ...a!, gallery: gallery(found(), found({ imageId: "2.jpg" })) },
      { ...b!, gallery: gallery(found({ predicted: "heron" })) },
    ];
    const { runs: shown, images } = dataOf(await renderReport({ runs, out: "report.html" }));
    expect(shown[0]).toEqual({
      ...{ name: "baseline", colour: "s0 d0", threshold: 0.3, thresholdFrom: "of val" },
      ...{ normalisation: "minmax", size: 224 },
    });
    expect(images.map(({ id }: { id: string }) => id)).toEqual(["a/1.jpg", "2.jpg"]);
    expect(images[1].found[1]).toBeNull();
    expect(images[0]).toMatchObject({ label: "heron", boxes: [[1, 2, 3, 4]] });
    expect(images[0].thumbnail).toBe("data:image/webp;base64,AQID");
    expect(images[0].found.map(({ isRight }: { isRight: boolean }) => isRight)).toEqual([false, true]);
    expect(images[0].found[0]).toEqual({
      ...{ map: "AACAPwAAAMA=", mapWidth: 2, mapHeight: 1, predicted: "egret", isRight: false },
      ...{ probability: 0.1235, entropy: 0.5, box: [0, 0, 5, 5], iou: 0.25 },
    });
  });

  it("brings the one script that the page's policy allows, by its hash", async () => {
    const [a] = await runsOf(PAIR);
    const page = await renderReport({ runs: [{ ...a!, gallery: gallery(found()) }], out: "report.html" });
    const [, script] = /<script>(.*?)<\/script>/s.exec(page)!;
    const hash = createHash("sha256").update(script!).digest("base64");
    expect(page).toContain(
      `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'"`,
    );
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toMatch(/<link|@import|https?:\/\/(?!www\.w3\.org)|url\(/);
  });

  it("ends no script element, whatever the names", async () => {
    const [a] = await runsOf(PAIR);
    const nasty = "</script><img src=x onerror=alert(1)>";
    const page = await renderReport({
      runs: [{ ...a!, gallery: gallery(found({ label: nasty, imageId: nasty })) }],
      out: "report.html",
    });
    expect(page).not.toContain("<img src=x");
    expect(dataOf(page).images[0].label).toBe(nasty);
  });

  it("names the paper's own limitation", async () => {
    const [a] = await runsOf(PAIR);
    const page = await renderReport({ runs: [{ ...a!, gallery: gallery(found()) }], out: "report.html" });
    expect(page).toMatch(/parts cannot be told from their object.*always occur together/);
  });

  it("of 200 images and two runs stays under 4 MB with the largest thumbnails", async () => {
    const images = Array.from({ length: 200 }, (_, at) =>
      found({
        imageId: `class/${at}.jpg`,
        rawMap: { data: new Float32Array(28 * 28).fill(0.1), width: 28, height: 28 },
        thumbnail: new Uint8Array(8000),
      }),
    );
    const runs = (await runsOf(PAIR)).map((run) => ({ ...run, gallery: gallery(...images) }));
    const page = await renderReport({ runs, out: "report.html" });
    expect(Buffer.byteLength(page)).toBeLessThan(4e6);
  });

  it("is not there without images, nor is any script", async () => {
    const [a] = await runsOf(PAIR);
    const page = await renderReport({ runs: [{ ...a!, gallery: gallery() }], out: "report.html" });
    expect(page).not.toContain('id="gallery"');
    expect(page).not.toContain("<script");
  });
});

describe("writing the report", () => {
  it("leaves the page and nothing else", async () => {
    const folder = await mkdtemp(join(root, "out-"));
    await writeReport({ runs: await runsOf(PAIR), out: join(folder, "report.html") });
    expect(readdirSync(folder)).toEqual(["report.html"]);
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("</html>");
  });

  it("rejects a folder that is not there", async () => {
    const runs = await runsOf(PAIR);
    const error = await caught(() => writeReport({ runs, out: join(root, "absent", "report.html") }));
    expect(error).toMatchObject({ code: "ERR_WSOL_WRITE" });
  });
});
