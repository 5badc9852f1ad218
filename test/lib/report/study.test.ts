import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { renderReport } from "../../../lib/report/report";
import { representatives } from "../../../lib/report/representatives";
import { readReportSources } from "../../../lib/report/sources";
import { caught } from "../../support/caught";
import { writeFakeRun } from "../../support/fake-run";
import { MANY_ARMS, writeFakeStudy } from "../../support/fake-study";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
const many = writeFakeStudy(join(root, "many"), { arms: MANY_ARMS });

async function pageOf(...folders: string[]): Promise<string> {
  const { runs, studies } = await readReportSources(folders);
  const reported = runs.map((run) => ({ ...run, panels: [] }));
  return renderReport({ runs: reported, studies, out: "report.html", date: new Date(0) });
}

const sectionOf = (page: string, id: string) => page.split(`<section id="${id}">`)[1]?.split("</section>")[0] ?? null;

describe("the report of a study", () => {
  it("stands for its runs, the baseline's first", async () => {
    const { runs, studies } = await readReportSources([many]);
    expect([runs.length, studies.length]).toEqual([93, 1]);
    expect(runs.slice(0, 3).map(({ name, config }) => [name, config.loss.lambda])).toEqual([
      ["loss.lambda=0_seed=0", 0],
      ["loss.lambda=0_seed=1", 0],
      ["loss.lambda=0_seed=2", 0],
    ]);
  });

  it("may stand beside runs, whose names stay short and different", async () => {
    const run = writeFakeRun(join(root, "mine"));
    const small = writeFakeStudy(join(root, "small"), {
      arms: [{ "loss.lambda": 0 }, { "loss.lambda": 1 }],
      seeds: [0],
    });
    const { runs } = await readReportSources([run, small]);
    expect(runs.map(({ name }) => name)).toEqual(["mine", "loss.lambda=0_seed=0", "loss.lambda=1_seed=0"]);
  });

  it("has the study's table with the sweet spot marked, and says how sure it is", async () => {
    const page = await pageOf(many);
    const table = sectionOf(page, "study")!;
    expect(table.match(/<tr class="spot">/g)).toHaveLength(1);
    expect(table).toMatch(/<tr class="spot"><th scope="row">(?:[^<]|<wbr>)*loss\.lambda=1<small>sweet spot/);
    expect(page).toMatch(/<b>Sweet spot: [^<]*loss\.lambda=1, the best GT-known Loc on val/);
    expect(page).toContain("Not distinguishable in GT-known Loc at val&#39;s threshold");
    expect(page).not.toContain("localizes best of");
  });

  it("of 93 runs has no legend of more entries than there are colours", async () => {
    const page = await pageOf(many);
    const legends = [...page.matchAll(/<ul class="legend">(.*?)<\/ul>/gs)].map(
      ([, list]) => list!.match(/<li>/g)!.length,
    );
    expect(legends.length).toBeGreaterThan(2);
    expect(Math.max(...legends)).toBeLessThanOrEqual(8);
    expect(sectionOf(page, "training")).toContain("8 of 93 runs");
  });

  it("folds what is of each run, and counts the values that differ", async () => {
    const page = await pageOf(many);
    expect(sectionOf(page, "results")).toMatch(/<details><summary>Run by run/);
    expect(sectionOf(page, "commands")).toMatch(/<details><summary>The 93 runs/);
    expect(sectionOf(page, "settings")!.split("<details>")[0]).toContain("0 (31 runs), 1 (31 runs), 2 (31 runs)");
    expect(sectionOf(page, "environment")).not.toContain("<thead>");
  });

  it("has curves against entropy, effective ε and λ, a series for each term", async () => {
    const curves = sectionOf(await pageOf(many), "strength")!;
    const titles = [...curves.matchAll(/<figcaption><b>(.*?)<\/b>/g)].map((match) => match[1]);
    expect(titles).toEqual([
      "GT-known Loc against entropy",
      "Top-1 Cls against entropy",
      "GT-known Loc against effective ε",
      "Top-1 Cls against effective ε",
      "GT-known Loc against λ",
      "Top-1 Cls against λ",
    ]);
    expect([...curves.matchAll(/<\/svg>([\w-]+)<\/li>/g)].map((match) => match[1])).toEqual([
      "entropy",
      "jeffreys",
      "confidence-penalty",
    ]);
    // Effective ε is the entropy term's alone.
    const ofEps = curves.split("<b>GT-known Loc against effective ε</b>")[1]!.split("</figure>")[0]!;
    expect(ofEps.match(/class="line /g)).toHaveLength(1);
    expect(curves).toContain("means over 3 seeds");
  });

  it("holds no figure that is not a number", async () => {
    expect(await pageOf(many)).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it("refuses a study that has begun no run", async () => {
    const empty = join(root, "empty");
    mkdirSync(empty);
    copyFileSync(join(many, "study.json"), join(empty, "study.json"));
    expect(await caught(() => readReportSources([empty]))).toMatchObject({
      code: "ERR_WSOL_RUN_FOLDER",
      message: expect.stringContaining("has not begun any run"),
    });
  });
});

describe("the representatives of many runs", () => {
  it("are one of each of as many arms as there are colours, the first and the best among them", async () => {
    const { runs } = await readReportSources([many]);
    const shown = representatives(runs);
    expect(shown).toHaveLength(8);
    expect(new Set(shown.map(({ config }) => config.seed))).toEqual(new Set([0]));
    expect(shown[0]!.name).toBe("loss.lambda=0_seed=0");
    expect(representatives(runs, 2).map(({ config }) => config.loss.lambda)).toEqual([0, 1]);
  });

  it("have the runs among them that are pictured", async () => {
    const { runs } = await readReportSources([many]);
    const pinned = [runs[40]!, runs[41]!];
    const shown = representatives(runs, 8, pinned);
    expect(shown).toHaveLength(8);
    expect(shown).toEqual(expect.arrayContaining(pinned));
    expect(representatives(runs, 1, pinned)).toEqual([runs[0], ...pinned]);
  });

  it("are all runs while each has a colour", async () => {
    const { runs } = await readReportSources([many]);
    expect(representatives(runs.slice(0, 8))).toEqual(runs.slice(0, 8));
  });
});
