import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MetricsLog, readMetrics } from "../../../lib/logs/metrics-log";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
let files = 0;

function logFile(content?: string): string {
  const path = join(root, `${files++}.jsonl`);
  if (content !== undefined) writeFileSync(path, content);
  return path;
}

describe("the metrics log", () => {
  it("has one JSON object per line, in the order of the calls", async () => {
    const path = logFile();
    const log = await MetricsLog.open(path);
    await Promise.all([1, 2, 3].map((epoch) => log.append({ type: "epoch", epoch })));
    await log.close();
    expect(readFileSync(path, "utf8")).toBe(
      '{"type":"epoch","epoch":1}\n{"type":"epoch","epoch":2}\n{"type":"epoch","epoch":3}\n',
    );
  });

  it("writes numbers that are not finite as null, so that every line is JSON", async () => {
    const path = logFile();
    const log = await MetricsLog.open(path);
    await log.append({ loss: Number.NaN, rate: Number.POSITIVE_INFINITY, step: 1 });
    await log.close();
    expect(await readMetrics(path)).toEqual([{ loss: null, rate: null, step: 1 }]);
  });

  it("goes on after the last line, without loss of earlier ones", async () => {
    const path = logFile('{"epoch":1}\n');
    const log = await MetricsLog.open(path);
    await log.append({ epoch: 2 });
    await log.close();
    expect(await readMetrics(path)).toEqual([{ epoch: 1 }, { epoch: 2 }]);
  });

  it("cuts a last line that a kill left unfinished before it appends", async () => {
    const path = logFile('{"epoch":1}\n{"epoch":2,"lo');
    const log = await MetricsLog.open(path);
    await log.append({ epoch: 2 });
    await log.close();
    expect(readFileSync(path, "utf8")).toBe('{"epoch":1}\n{"epoch":2}\n');
  });

  it("keeps a last line that misses nothing but its line break", async () => {
    const path = logFile('{"epoch":1}\n{"epoch":2}');
    const log = await MetricsLog.open(path);
    await log.append({ epoch: 3 });
    await log.close();
    expect(await readMetrics(path)).toEqual([{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }]);
  });

  it("drops the events that `keep` refuses, for a resumed run", async () => {
    const path = logFile('{"epoch":1}\n{"epoch":2}\n{"epoch":3}\n');
    const log = await MetricsLog.open(path, { keep: (event) => (event as { epoch: number }).epoch <= 2 });
    await log.close();
    expect(await readMetrics(path)).toEqual([{ epoch: 1 }, { epoch: 2 }]);
  });

  it("reads as empty where there is no file", async () => {
    expect(await readMetrics(join(root, "absent.jsonl"))).toEqual([]);
  });

  it.each([
    ["no JSON", "{epoch}"],
    ["no object", "[1]"],
  ])("rejects a line in the middle that is %s, naming file and line", async (_, line) => {
    const path = logFile(`{"epoch":1}\n${line}\n{"epoch":3}\n`);
    const error = await caught(() => MetricsLog.open(path));
    expect(error).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER", details: { path, line: 2 } });
    expect(error.message).toContain("line 2");
    expect(readFileSync(path, "utf8")).toContain(line);
  });

  it("rejects a folder in the file's place", async () => {
    const path = join(root, "folder.jsonl");
    mkdirSync(path);
    expect(await caught(() => MetricsLog.open(path))).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER" });
  });

  it("rejects a folder that is not there", async () => {
    expect(await caught(() => MetricsLog.open(join(root, "absent", "metrics.jsonl")))).toMatchObject({
      code: "ERR_WSOL_WRITE",
    });
  });
});
