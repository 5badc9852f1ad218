import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { revisionOf } from "../../../../lib/report/live/revision";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();

test("the revision changes when a file is made, written to or removed, and not else", async () => {
  const file = join(folder, "metrics.jsonl");
  const files = [file, join(folder, "never there")];
  const revisions = [await revisionOf(files)];
  writeFileSync(file, "{}\n");
  revisions.push(await revisionOf(files));
  appendFileSync(file, "{}\n");
  revisions.push(await revisionOf(files));
  expect(await revisionOf(files)).toBe(revisions.at(-1));
  expect(new Set(revisions).size).toBe(3);
  rmSync(file);
  expect(await revisionOf(files)).toBe(revisions[0]);
});
