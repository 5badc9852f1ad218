import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, isStamped, writeStamp } from "./fingerprint.mjs";
import { bundlePageScript } from "./page-script.mjs";
import { must, root, runNode } from "./processes.mjs";

/** Not inside dist/, which is published. */
const STAMP = "build/dist.fingerprint";
const COMPILER = "node_modules/typescript/bin/tsc";

/** lib/ → dist/, unless it is there and current. */
export async function setUpDist() {
  if (isStamped(STAMP, currentFingerprint()) && existsSync(join(root, "dist", "index.js"))) return;
  console.log("setup: compiling lib/ to dist/");
  await compileDist();
}

/** lib/ → dist/, with nothing left of an earlier one. */
export async function compileDist() {
  if (!existsSync(join(root, COMPILER))) throw new Error("no TypeScript compiler here; run: npm ci --ignore-scripts");
  const value = currentFingerprint();
  rmSync(join(root, "dist"), { recursive: true, force: true });
  await must("compiling lib/", runNode([COMPILER, "-p", "tsconfig.build.json"]));
  await bundlePageScript();
  writeStamp(STAMP, value);
}

function currentFingerprint() {
  return fingerprint([
    "lib",
    "tsconfig.json",
    "tsconfig.build.json",
    "package-lock.json",
    "scripts/setup/page-script.mjs",
  ]);
}
