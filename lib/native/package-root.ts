import { existsSync } from "node:fs";
import { join } from "node:path";

/** The folder of package.json: two up from here, from `lib/native` as from `dist/native`. */
export const packageRoot = join(__dirname, "..", "..");

/** A clone builds in place; an installed package, which may be read-only, into the user's cache. */
export function isCheckout(root: string = packageRoot): boolean {
  return existsSync(join(root, "tsconfig.build.json"));
}
