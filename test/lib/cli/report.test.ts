import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { type GalleryOf, type PanelsOf, register } from "../../../lib/cli/commands/report";
import { WsolError } from "../../../lib/errors";
import { caught } from "../../support/caught";
import { fakeEvaluated, fakeEvaluation, writeFakeRun } from "../../support/fake-run";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
const older = fakeEvaluation({ evaluated: null });
const run = writeFakeRun(join(root, "run"), { data: "/data/of the run", evaluation: older });
const out = join(root, "report.html");

let printed = "";
let warned = "";
beforeEach(() => {
  printed = "";
  warned = "";
  jest.spyOn(console, "log").mockImplementation((line) => {
    printed += `${line}\n`;
  });
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    warned += text;
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

const noGallery: GalleryOf = async () => ({ threshold: 0.3, normalisation: "minmax", size: 224, images: [] });

async function report(
  args: readonly string[],
  panelsOf: PanelsOf = async () => [],
  galleryOf: GalleryOf = noGallery,
): Promise<void> {
  const program = new Command().exitOverride();
  register(program, { panelsOf, galleryOf });
  await program.parseAsync(["report", ...args], { from: "user" });
}

const noData: PanelsOf = async () => {
  throw new WsolError("ERR_WSOL_DATA", "no such folder");
};

describe("wsol report", () => {
  it("writes the page, prints its path, and shows its own command line in it", async () => {
    await report([run, "--out", out]);
    expect(printed).toBe(`${out}\n`);
    expect(readFileSync(out, "utf8")).toContain(`wsol report ${run} --out ${out} --gallery 60 --images 4`);
  });

  it("asks for pictures of the split that was evaluated, from the data of the run", async () => {
    const panelsOf = jest.fn<ReturnType<PanelsOf>, Parameters<PanelsOf>>(async () => []);
    await report([run, "--out", out, "--images", "3"], panelsOf);
    expect(panelsOf.mock.calls).toEqual([[run, { data: "/data/of the run", images: 3, split: "test" }]]);
  });

  it("asks for pictures of the data and the weights that were evaluated, where that was recorded", async () => {
    const panelsOf = jest.fn<ReturnType<PanelsOf>, Parameters<PanelsOf>>(async () => []);
    const evaluation = fakeEvaluation({
      evaluated: fakeEvaluated({ data: "/data/evaluated" }, { checkpoint: "best" }),
    });
    const evaluated = writeFakeRun(join(root, "evaluated"), { data: "/data/trained", evaluation });
    await report([evaluated, "--out", out, "--images", "3"], panelsOf);
    const { scoreMap } = evaluation.evaluated!.model!;
    const options = { data: "/data/evaluated", images: 3, split: "test", checkpoint: "best", scoreMap };
    expect(panelsOf.mock.calls).toEqual([[evaluated, options]]);
  });

  it("takes the data set that was named instead", async () => {
    const panelsOf = jest.fn<ReturnType<PanelsOf>, Parameters<PanelsOf>>(async () => []);
    await report([run, "--out", out, "--data", "/elsewhere"], panelsOf);
    expect(panelsOf.mock.calls[0]![1].data).toBe("/elsewhere");
  });

  it("draws nothing for --images 0 --gallery 0, and looks for no data set", async () => {
    await report([run, "--out", out, "--images", "0", "--gallery", "0"], noData, noData as unknown as GalleryOf);
    expect(warned).toBe("");
    const args = [run, "--out", out, "--images", "0", "--gallery", "0", "--data", "/elsewhere"];
    expect(await caught(() => report(args))).toMatchObject({ code: "ERR_WSOL_USAGE" });
  });

  it("asks for a gallery of what was evaluated, cut at the threshold of val", async () => {
    const galleryOf = jest.fn<ReturnType<GalleryOf>, Parameters<GalleryOf>>(noGallery);
    await report([run, "--out", out, "--images", "0", "--gallery", "7"], undefined, galleryOf);
    const options = { data: "/data/of the run", images: 7, split: "test", threshold: 0.3 };
    expect(galleryOf.mock.calls).toEqual([[run, options]]);
  });

  it("cuts the gallery at sigma where nothing was chosen on val", async () => {
    const galleryOf = jest.fn<ReturnType<GalleryOf>, Parameters<GalleryOf>>(noGallery);
    const evaluation = fakeEvaluation({ evaluated: null, atValThreshold: null });
    await report([writeFakeRun(join(root, "no val"), { evaluation }), "--out", out], undefined, galleryOf);
    expect(galleryOf.mock.calls[0]![1].threshold).toBe(0.15);
  });

  it("does without pictures, and says so, when the run's data set is gone", async () => {
    await report([run, "--out", out], noData);
    expect(warned).toContain("warning: no pictures of 'run': no such folder");
    expect(existsSync(out)).toBe(true);
  });

  it("fails when the data set that was named is not there", async () => {
    expect(await caught(() => report([run, "--out", out, "--data", "/absent"], noData))).toMatchObject({
      code: "ERR_WSOL_DATA",
    });
  });

  it("rejects a folder without a run", async () => {
    expect(await caught(() => report([join(root, "absent")]))).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER" });
  });

  it.each([[[]], [[run, "--images", "-1"]], [[run, "--images", "many"]], [[run, "--gallery", "-1"]]])(
    "rejects the arguments %j",
    async (args) => {
      expect(await caught(() => report(args))).toMatchObject({ code: expect.stringMatching(/^commander\./) });
    },
  );
});
