// The C++ tests under AddressSanitizer and UBSan: those without LibTorch, and with --torch native/torch too (slow to build).
import { setUpDist } from "./setup/compile.mjs";
import { setUpLibtorch } from "./setup/native.mjs";
import { setUpPackages } from "./setup/packages.mjs";
import { googleTestMissing } from "./test/google-test.mjs";
import { nativeTests } from "./test/native.mjs";

const missing = googleTestMissing();
if (missing !== undefined) {
  console.log(`skipped: ${missing}`);
} else {
  const options = { sanitize: true };
  if (process.argv.includes("--torch")) {
    await setUpPackages();
    await setUpDist();
    options.libtorch = (await setUpLibtorch()).root;
  }
  const { passed, failed, skipped } = await nativeTests("build/sanitized-tests", options);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}
