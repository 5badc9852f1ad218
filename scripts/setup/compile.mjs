import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, isStamped, writeStamp } from "./fingerprint.mjs";
import { must, root, runNode } from "./processes.mjs";

/** Not inside dist/, which is published. */
const STAMP = "build/dist.fingerprint";

/** lib/ → dist/. */
export async function setUpDist() {
  const value = fingerprint(["lib", "tsconfig.json", "tsconfig.build.json", "package-lock.json"]);
  if (isStamped(STAMP, value) && existsSync(join(root, "dist", "index.js"))) return;
  console.log("setup: compiling lib/ to dist/");
  if (existsSync(join(root, "dist"))) rmSync(join(root, "dist"), { recursive: true });
  await must("compiling lib/", runNode(["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]));
  writeStamp(STAMP, value);
}
