// The scripts of the report's pages: lib/report/page/browser → dist/report, one file for each kind of page, held inline.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./processes.mjs";

/** Browsers of the last three years. */
const TARGETS = ["chrome110", "firefox115", "safari16.4"];

/** `page.js`: of the file that a report is; `live.js`: of the page that is served. */
const ENTRIES = { page: "main.ts", live: "live.ts" };

export async function bundlePageScript() {
  // Here and not above: the set-up that installs it imports this file.
  const { build } = await import("esbuild");
  const browser = join(root, "lib", "report", "page", "browser");
  await build({
    entryPoints: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(browser, file)])),
    outdir: join(root, "dist", "report"),
    tsconfig: join(root, "lib", "report", "page", "browser", "tsconfig.json"),
    bundle: true,
    minify: true,
    format: "iife",
    target: TARGETS,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundlePageScript();
