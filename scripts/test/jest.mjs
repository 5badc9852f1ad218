import { readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root, runNode } from "../setup/processes.mjs";

const REPORT = "build/jest.json";

/** Runs Jest; with `slow` also test/slow and test/fuzz. Returns { passed, failed, skipped }. */
export async function jestTests({ slow }) {
  rmSync(join(root, REPORT), { force: true });
  const args = ["node_modules/jest/bin/jest.js", "--json", `--outputFile=${REPORT}`];
  // Jest's default leaves a core idle. The slow suites measure their own deadlines, so one at a time.
  args.push(`--maxWorkers=${slow ? 1 : availableParallelism()}`);
  if (slow) args.push("--testPathIgnorePatterns=/node_modules/");
  // Jest repeats the whole report on stdout; people read stderr.
  await runNode(args, { stdio: ["ignore", "ignore", "inherit"] });
  const report = JSON.parse(readFileSync(join(root, REPORT), "utf8"));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
