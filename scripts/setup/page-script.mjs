// The script of the report's page: lib/report/page/browser → dist/report/page.js, one file that a page holds inline.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { root } from "./processes.mjs";

/** Browsers of the last three years. */
const TARGETS = ["chrome110", "firefox115", "safari16.4"];

export async function bundlePageScript() {
  await build({
    entryPoints: [join(root, "lib", "report", "page", "browser", "main.ts")],
    outfile: join(root, "dist", "report", "page.js"),
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
