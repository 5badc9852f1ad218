import { readFileSync } from "node:fs";
import { join } from "node:path";
import { must, root, run, runNode } from "./processes.mjs";

/** npm packages as package-lock.json says. Install scripts are not run: nothing here needs one. */
export async function setUpPackages() {
  if (packagesAreCurrent()) return;
  console.log("setup: installing the npm packages");
  await must("npm ci", npm("ci", "--loglevel=error"));
}

/** The npm that runs this (`npm test`), else the one on PATH. */
function npm(command, ...options) {
  const args = [command, "--ignore-scripts", "--no-audit", "--no-fund", ...options];
  const script = process.env.npm_execpath;
  return script?.endsWith(".js") ? runNode([script, ...args]) : run("npm", args);
}

/** Whether what npm recorded as installed is what the lock file asks for, but for packages of other platforms. */
function packagesAreCurrent() {
  const wanted = readPackages("package-lock.json");
  const installed = readPackages("node_modules/.package-lock.json");
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === "" || link) return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")).packages;
  } catch {
    return undefined;
  }
}
