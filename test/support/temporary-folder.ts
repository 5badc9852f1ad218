import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A fresh folder for the tests of one file, removed after them; call it at the top level of a test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wsol-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
