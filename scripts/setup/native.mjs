import { createRequire } from "node:module";
import { join } from "node:path";
import { fingerprint, isStamped, writeStamp } from "./fingerprint.mjs";
import { must, root, runNode } from "./processes.mjs";

/** Of what is compiled by then. */
const require = createRequire(join(root, "package.json"));

const CLI = "bin/wsol.js";
const COMMON = ["CMakeLists.txt", "cmake", "binding/common", "node_modules/node-addon-api/package.json"];

/** The LibTorch to build for; fetched if there is none. */
export async function setUpLibtorch() {
  const found = findLibtorch();
  if (found) return found;
  console.log("setup: fetching LibTorch (CPU)");
  await must("fetching LibTorch", runNode([CLI, "libtorch", "fetch", "--variant", "cpu"]));
  const fetched = findLibtorch();
  if (!fetched) throw new Error("LibTorch was fetched, but is not found");
  return fetched;
}

export async function setUpMetricsAddon() {
  await setUpAddon("metrics", [...COMMON, "native/files", "native/metrics", "binding/metrics"], []);
}

export async function setUpTorchAddon({ root: folder, version }) {
  await setUpAddon("torch", [...COMMON, "native", "binding/torch"], [folder, version]);
}

/** For NCCL, where LibTorch and the headers are there for it. */
export async function setUpCudaAddon(libtorch) {
  const { cudaHeaders } = require("./dist/native/libtorch/find/cuda-headers.js");
  const { folders, missing } = cudaHeaders(libtorch);
  if (missing !== null) return;
  const sources = [
    ...COMMON,
    "native/cuda",
    "native/torch/share.h",
    "native/torch/distributed/backends.h",
    "binding/cuda",
  ];
  await setUpAddon("cuda", sources, [libtorch.root, libtorch.version, ...folders]);
}

async function setUpAddon(name, sources, words) {
  const stamp = `binding/${name}/build/.fingerprint`;
  const value = fingerprint(sources, [...words, process.platform, process.arch]);
  if (isStamped(stamp, value)) return;
  console.log(`setup: building the native addon '${name}'`);
  await must(`building the addon '${name}'`, runNode([CLI, "build", "--addon", name]));
  writeStamp(stamp, value);
}

function findLibtorch() {
  const { discoverLibtorch, withoutHeaders } = require("./dist/native/libtorch/find/find.js");
  return discoverLibtorch({ unfit: withoutHeaders }).chosen;
}
