import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { Panel } from "../../../lib/pictures/panels-of-run";
import { renderReport, writeReport } from "../../../lib/report/report";
import type { ReportedRun } from "../../../lib/report/reported-run";
import { readRunSummaries } from "../../../lib/runs/summary";
import { caught } from "../../support/caught";
import { type FakeRun, fakeEvaluation, writeFakeRun } from "../../support/fake-run";
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
    evaluation: fakeEvaluation({ gtKnownLoc: 0.7, top1Cls: 0.48, meanEntropyFraction: 0.4 }),
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
  });

  it("gives the commands that make it again, quoted for a shell", async () => {
    const page = await pageOf({ "it's": { config: { loss: { lambda: 0.1 }, seed: 3 }, data: "/data/my set" } });
    const commands = page.split("<pre>")[1]!.split("</pre>")[0]!.replaceAll("&#39;", "'").split("\n");
    expect(commands[0]).toMatch(
      /^wsol train --data '\/data\/my set' --out '.*it'\\''s' --set loss\.lambda=0\.1 --set seed=3$/,
    );
    expect(commands[1]).toMatch(/^wsol evaluate --run .* --split test$/);
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

  it("warns when the runs were evaluated on different images", async () => {
    const page = await pageOf({ a: {}, b: { evaluation: fakeEvaluation({ split: "val", images: 10 }) } });
    expect(page).toContain("cannot be compared");
    expect(await pageOf(PAIR)).not.toContain("cannot be compared");
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
