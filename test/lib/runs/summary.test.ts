import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { effectiveEpsOfRun } from "../../../lib/losses/effective-eps";
import { readRunSummaries, shortNames } from "../../../lib/runs/summary";
import { caught } from "../../support/caught";
import { fakeEvaluation, writeFakeRun } from "../../support/fake-run";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();

describe("reading run folders", () => {
  it("finds configuration, epochs, evaluation and environment", async () => {
    const folder = writeFakeRun(join(root, "whole"), { config: { loss: { lambda: 0.1 } }, epochs: 3 });
    const [run] = await readRunSummaries([folder]);
    expect(run).toMatchObject({
      name: "whole",
      folder,
      evaluation: { gtKnownLoc: 0.6 },
      environment: { device: "cpu" },
    });
    expect(run!.config.loss.lambda).toBe(0.1);
    // By the class count and the number of images that the start of the log tells.
    expect(run!.effectiveEps).toBeCloseTo(effectiveEpsOfRun(run!.config, 10, 1000)!, 12);
    expect(run!.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  it("takes a run that has not been evaluated, or whose environment is not known", async () => {
    const folder = writeFakeRun(join(root, "bare"), { evaluation: null });
    rmSync(join(folder, "environment.json"));
    expect(await readRunSummaries([folder])).toMatchObject([{ evaluation: null, environment: null }]);
  });

  it("takes an evaluation that does not say what was evaluated", async () => {
    const folder = writeFakeRun(join(root, "older"));
    const { evaluated, ...numbers } = fakeEvaluation();
    writeFileSync(join(folder, "evaluation.json"), JSON.stringify(numbers));
    const [run] = await readRunSummaries([folder]);
    expect(run!.evaluation).toEqual({ ...numbers, evaluated: null });
  });

  it("knows no effective eps where the log does not tell the class count", async () => {
    const folder = writeFakeRun(join(root, "classless"));
    writeFileSync(join(folder, "metrics.jsonl"), '{"type":"start"}\n');
    expect((await readRunSummaries([folder]))[0]!.effectiveEps).toBeNull();
  });

  it("takes a run that was killed while it logged", async () => {
    const folder = writeFakeRun(join(root, "killed"), { epochs: 2 });
    writeFileSync(join(folder, "metrics.jsonl"), '{"type":"epoch","epoch":1}\n{"type":"epo');
    const [run] = await readRunSummaries([folder]);
    expect(run!.epochs).toHaveLength(1);
  });

  it.each(["config.json", "metrics.jsonl"])("rejects a folder without %s, naming both", async (file) => {
    const folder = writeFakeRun(join(root, `without-${file}`));
    rmSync(join(folder, file));
    const error = await caught(() => readRunSummaries([folder]));
    expect(error).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER", details: { path: folder, file } });
    expect(error.message).toContain(folder);
    expect(error.message).toContain(file);
  });

  it.each([
    ["config.json", "{"],
    ["config.json", "[]"],
    ["config.json", "{}"],
    ["environment.json", "no"],
    ["evaluation.json", "null"],
    ["evaluation.json", "{}"],
    ["evaluation.json", '{"curves":{"thresholds":[]},"evaluated":"yesterday"}'],
  ])("rejects a damaged %s: %s", async (file, text) => {
    const folder = writeFakeRun(join(root, `damaged-${file}-${text.length}`));
    writeFileSync(join(folder, file), text);
    const error = await caught(() => readRunSummaries([folder]));
    expect(error).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER", details: { file } });
  });

  it("rejects a folder that is not there, and a file", async () => {
    writeFileSync(join(root, "file"), "");
    mkdirSync(join(root, "empty"));
    const messageOf = async (name: string) => {
      const { code, message, details } = await caught(() => readRunSummaries([join(root, name)]));
      expect([code, details.path]).toEqual(["ERR_WSOL_RUN_FOLDER", join(root, name)]);
      return message.replace(root, "…");
    };
    expect(await messageOf("absent")).toBe("expected a run folder, got '…/absent': no such folder");
    expect(await messageOf("file")).toBe("expected a run folder, got '…/file': it is a file");
    expect(await messageOf("empty")).toBe("'…/empty' is no run folder: it has no config.json");
  });
});

describe("short names", () => {
  it.each([
    [
      ["/runs/a", "/runs/b"],
      ["a", "b"],
    ],
    [
      ["/a/seed-0", "/b/seed-0", "/b/seed-1"],
      ["a/seed-0", "b/seed-0", "b/seed-1"],
    ],
    [["/runs/a"], ["a"]],
    [
      ["/runs/a", "/runs/a"],
      ["a (1)", "a (2)"],
    ],
    [
      ["/x/a", "/a"],
      ["x/a", "a"],
    ],
  ])("of %j are as short as tells them apart", (paths, names) => {
    expect(shortNames(paths)).toEqual(names);
  });
});
