import { existsSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { must, onPath, root, run } from "../setup/processes.mjs";

/** Where the addon was built: what the tests have in common with it is not compiled again. */
export const ADDON_FOLDER = "binding/torch/build";

/**
 * Builds the C++ tests into `folder` and runs them; returns { passed, failed, skipped }. Without a LibTorch only those that need
 * none.
 */
export async function nativeTests(folder, { libtorch, sanitize = false }) {
  const options = ["-DWSOL_TESTS=ON", `-DWSOL_LIBTORCH=${libtorch ?? ""}`];
  // The sanitized build also shows that every file includes what it uses.
  if (sanitize) options.push("-DWSOL_SANITIZE=ON", "-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON");
  if (onPath("ccache")) options.push("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache");
  const jobs = String(availableParallelism());
  await must("configuring the C++ tests", run("cmake", ["-S", ".", "-B", folder, ...options]));
  await must(
    "building the C++ tests",
    run("cmake", ["--build", folder, "--target", "native_tests", "--parallel", jobs]),
  );
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const runs = ["files", "metrics", "binding", ...(libtorch ? ["torch"] : [])].map((layer) => ({ layer }));
  if (libtorch && !sanitize) runs.push(AS_WITHOUT_AVX512);
  for (const { layer, name = layer, ...how } of runs) {
    const counted = await runTests(`${folder}/test/native/test_${layer}`, `build/test_${name}.json`, how);
    for (const key of Object.keys(totals)) totals[key] += counted[key];
  }
  return totals;
}

/** Convolutions go other ways there. */
const AS_WITHOUT_AVX512 = {
  layer: "torch",
  name: "torch_avx2",
  filter: "*Gemm*:*Winograd*:*Convolution*",
  environment: { ATEN_CPU_CAPABILITY: "avx2" },
};

async function runTests(program, report, { filter = "*", environment = {} }) {
  rmSync(join(root, report), { force: true });
  // LibTorch keeps its singletons to the end: what they hold is no leak of ours.
  const env = {
    ...process.env,
    ...environment,
    ASAN_OPTIONS: "detect_leaks=0:abort_on_error=0:allocator_may_return_null=1",
    UBSAN_OPTIONS: "print_stacktrace=1",
  };
  const code = await run(
    join(root, program),
    ["--gtest_brief=1", `--gtest_filter=${filter}`, `--gtest_output=json:${report}`],
    { env },
  );
  if (!existsSync(join(root, report))) return { passed: 0, failed: 1, skipped: 0 };
  const { tests, failures, errors, testsuites } = JSON.parse(readFileSync(join(root, report), "utf8"));
  const all = testsuites.flatMap(({ testsuite }) => testsuite);
  const skipped = all.filter(({ result, status }) => result === "SKIPPED" || status === "NOTRUN").length;
  const failed = failures + errors;
  // A program that counts no failure and still fails has crashed on its way out.
  return { passed: tests - failed - skipped, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
}
