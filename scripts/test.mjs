// npm test: sets up what is missing, then C++ tests, Jest, type tests, lint. --slow adds fuzzing, slow suites, sanitizers.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { root, runNode } from "./setup/processes.mjs";
import { setup } from "./setup.mjs";
import { provideChromium } from "./test/chromium.mjs";
import { googleTestMissing } from "./test/google-test.mjs";
import { jestTests } from "./test/jest.mjs";
import { ADDON_FOLDER, nativeTests } from "./test/native.mjs";

const slow = process.argv.includes("--slow");
const totals = { passed: 0, failed: 0, skipped: 0 };
const summary = [];
let failedStages = 0;

/** Runs a stage to its end whatever the earlier ones gave; `work` returns counts, an exit code, or a reason to skip. */
async function stage(name, work) {
  console.log(`\n=== ${name}`);
  const started = performance.now();
  let outcome = "ok";
  try {
    const result = await work();
    if (typeof result === "string") outcome = `skipped: ${result}`;
    else if (typeof result === "number") outcome = result === 0 ? "ok" : `FAILED with exit code ${result}`;
    else if (result) {
      for (const key of Object.keys(totals)) totals[key] += result[key];
      outcome = `${result.failed > 0 ? "FAILED: " : ""}${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`;
    }
  } catch (error) {
    outcome = `FAILED: ${error.message}`;
  }
  if (outcome.startsWith("FAILED")) failedStages += 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  summary.push(`${name.padEnd(18)}${`${seconds} s`.padStart(9)}  ${outcome}`);
  console.log(outcome);
}

mkdirSync(join(root, "build"), { recursive: true });
let libtorch;
await stage("setup", async () => {
  libtorch = (await setup()).root;
  return 0;
});
if (libtorch === undefined) {
  console.log("\nthe set-up failed, nothing was tested");
  totals.failed += 1;
} else {
  await stage("C++ tests", () => googleTestMissing() ?? nativeTests(ADDON_FOLDER, { libtorch }));
  await stage("Jest", () => {
    provideChromium();
    return jestTests({ slow });
  });
  await stage("types", () => runNode(["node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--noEmit"]));
  await stage("types of the page", () => runNode(["node_modules/typescript/bin/tsc", "-p", "lib/report/page/browser"]));
  await stage("lint", () => runNode(["node_modules/@biomejs/biome/bin/biome", "check", "."]));
  await stage("lint of C++", () => runNode(["scripts/lint-native.mjs"]));
  if (slow)
    await stage("sanitizers", () => googleTestMissing() ?? nativeTests("build/sanitized-tests", { sanitize: true }));
}

console.log(`\n${summary.join("\n")}\n`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = failedStages > 0 || totals.failed > 0 ? 1 : 0;
