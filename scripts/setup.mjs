// Sets up what is missing in a clone: npm packages, dist/, LibTorch, the addons. Quick when nothing is.
import { fileURLToPath } from "node:url";
import { setUpDist } from "./setup/compile.mjs";
import { setUpCudaAddon, setUpLibtorch, setUpMetricsAddon, setUpTorchAddon } from "./setup/native.mjs";
import { setUpPackages } from "./setup/packages.mjs";

/** Returns the LibTorch in use. */
export async function setup() {
  await setUpPackages();
  await setUpDist();
  await setUpMetricsAddon();
  const libtorch = await setUpLibtorch();
  await setUpTorchAddon(libtorch);
  await setUpCudaAddon(libtorch);
  return libtorch;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { version, root } = await setup();
    console.log(`setup: ready, with LibTorch ${version} in ${root}`);
  } catch (error) {
    console.error(`setup: ${error.message}`);
    process.exitCode = 1;
  }
}
