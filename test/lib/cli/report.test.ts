import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { type PanelsOf, register } from "../../../lib/cli/commands/report";
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

async function report(args: readonly string[], panelsOf: PanelsOf = async () => []): Promise<void> {
  const program = new Command().exitOverride();
  register(program, panelsOf);
  await program.parseAsync(["report", ...args], { from: "user" });
}

const noData: PanelsOf = async () => {
  throw new WsolError("ERR_WSOL_DATA", "no such folder");
};

describe("wsol report", () => {
  it("writes the page, prints its path, and shows its own command line in it", async () => {
    await report([run, "--out", out]);
    expect(printed).toBe(`${out}\n`);
    expect(readFileSync(out, "utf8")).toContain(`wsol report ${run} --out ${out} --images 12`);
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

  it("draws nothing for --images 0", async () => {
    await report([run, "--out", out, "--images", "0"], noData);
    expect(warned).toBe("");
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

  it.each([[[]], [[run, "--images", "-1"]], [[run, "--images", "many"]]])("rejects the arguments %j", async (args) => {
    expect(await caught(() => report(args))).toMatchObject({ code: expect.stringMatching(/^commander\./) });
  });
});
