import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../version";

export { packageRoot };

/** A clone builds in place; an installed package, which may be read-only, into the user's cache. */
export function isCheckout(root: string = packageRoot): boolean {
  return existsSync(join(root, "tsconfig.build.json"));
}
