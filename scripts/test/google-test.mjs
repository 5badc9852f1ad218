import { existsSync } from "node:fs";
import { aptInstall, mayInstall } from "./apt.mjs";

/** undefined if GoogleTest is there, after installing it where that is allowed; else why there is none. */
export function googleTestMissing() {
  if (isThere()) return undefined;
  if (!mayInstall()) {
    return "GoogleTest is not installed (libgtest-dev), and only root with apt can install it here";
  }
  aptInstall("libgtest-dev");
  return isThere() ? undefined : "apt could not install libgtest-dev";
}

function isThere() {
  return ["/usr/include", "/usr/local/include", "/opt/homebrew/include"].some((folder) =>
    existsSync(`${folder}/gtest/gtest.h`),
  );
}
