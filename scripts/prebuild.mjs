// Prebuilt addons for this platform, found by node-gyp-build; those that use LibTorch in a folder per version; that for
// NCCL with a CUDA LibTorch that has NVIDIA's headers (wsol libtorch fetch --variant cuda).
import { chmodSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { must, root, runNode } from "./setup/processes.mjs";
import { setup } from "./setup.mjs";

const prebuildify = promisify(createRequire(import.meta.url)("prebuildify"));
const shim = join(root, "scripts", "setup", "node-gyp-shim.mjs");
chmodSync(shim, 0o755);

const { release, variant } = await setup();
for (const name of ["metrics", "torch", ...(variant === "cuda" ? ["cuda"] : [])]) {
  const cwd = join(root, "binding", name);
  const out = name === "metrics" ? cwd : join(cwd, "prebuilds", `libtorch-${release}`);
  const tagLibc = process.platform === "linux";
  const targets = [{ runtime: "node", target: process.versions.node }];
  await prebuildify({ cwd, out, name: "entropy-wsol", napi: true, strip: true, tagLibc, nodeGyp: shim, targets });
  // Prebuildify moves the built file away: the next set-up links it again.
  rmSync(join(cwd, "build", ".fingerprint"), { force: true });
  await must("setting up the addon again", runNode(["scripts/setup.mjs"]));
}
