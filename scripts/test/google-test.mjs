import { existsSync } from "node:fs";
import { onPath, outputOf } from "../setup/processes.mjs";

/** undefined if GoogleTest is there, after installing it where that is allowed; else why there is none. */
export function googleTestMissing() {
  if (isThere()) return undefined;
  if (process.getuid?.() !== 0 || !onPath("apt-get")) {
    return "GoogleTest is not installed (libgtest-dev), and only root with apt can install it here";
  }
  console.log("test: installing libgtest-dev with apt");
  const quiet = { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const install = () => outputOf("apt-get", ["install", "-y", "--no-install-recommends", "libgtest-dev"], quiet);
  if (install() === undefined) {
    outputOf("apt-get", ["update"], quiet);
    install();
  }
  return isThere() ? undefined : "apt could not install libgtest-dev";
}

function isThere() {
  return ["/usr/include", "/usr/local/include", "/opt/homebrew/include"].some((folder) =>
    existsSync(`${folder}/gtest/gtest.h`),
  );
}
