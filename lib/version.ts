import { WsolError } from "./errors";

// Asked of the process, since a bundle in ES module format fails at `require` before it could be told what to do.
const { readFileSync } = process.getBuiltinModule("node:fs");
const { join } = process.getBuiltinModule("node:path");

const NAME = "entropy-wsol";

/** The folder of package.json: one up from here, from `lib` as from `dist`. */
export const packageRoot = ownFolder();

/** The package's version. */
export const version: string = ownManifest().version;

/** A bundle in ES module format has no `__dirname`. */
function ownFolder(): string {
  if (typeof __dirname === "undefined") throw bundledIn(null);
  return join(__dirname, "..");
}

/** In a bundle, `__dirname` is that of the bundle: what lies there is no manifest, or another package's. */
function ownManifest(): { version: string } {
  const path = join(packageRoot, "package.json");
  let manifest: { name?: unknown; version: string };
  try {
    manifest = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw bundledIn(path, cause);
  }
  if (manifest.name === NAME) return manifest;
  throw bundledIn(path);
}

/** Without its folder the package has neither its addons nor their sources. */
function bundledIn(path: string | null, cause?: unknown): WsolError {
  const place = path === null ? "" : `, got '${path}'`;
  const message = `expected the package.json of ${NAME} beside its code${place}: the package is bundled in`;
  return new WsolError("ERR_WSOL_ADDON", message, {
    details: { path },
    fix: `Mark ${NAME} as external in the bundler's configuration.`,
    ...(cause !== undefined && { cause }),
  });
}
