import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/sources";
import { manifest, node, type Outcome, type Scratch } from "./packed";

/** Uses both addons, given the names of both entries; prints {@link ANSWER}. */
export const COMPUTE = `
  const map = Float64Array.of(0, 0, 0, 1);
  const [box] = boxesFromScoreMap(map, { width: 2, height: 2, threshold: 0.5, rule: "all" });
  console.log([version, ...box, regularizedLoss([[0, 0]], [0]).loss.toFixed(4)].join(" "));`;
export const ANSWER = `${manifest.version} 1 1 1 1 0.6931\n`;
export const REQUIRE = `
  const { regularizedLoss, version } = require("entropy-wsol");
  const { boxesFromScoreMap } = require("entropy-wsol/metrics");`;
export const IMPORT = `
  import { regularizedLoss, version } from "entropy-wsol";
  import { boxesFromScoreMap } from "entropy-wsol/metrics";`;

const NAMES = ["Dataset", "Localizer", "WsolError", "evaluate", "fit", "isWsolError", "regularizedLoss", "version"];

export function describeUses(scratch: Scratch): void {
  const run = (...args: readonly string[]): Outcome =>
    node(args, { cwd: scratch.project, env: { XDG_CACHE_HOME: scratch.cache, WSOL_LIBTORCH: scratch.libtorch } });
  const noNativeCode = `
    const objects = process.report.getReport().sharedObjects.filter((path) => /\\.node$|vips|sharp|torch|libc10/.test(path));
    if (objects.length > 0) throw new Error(objects.join());`;

  describe("the installed package", () => {
    test("is required, and loads no native code, neither ours nor the image library", () => {
      const script = `const { ${NAMES} } = require("entropy-wsol"); console.log([${NAMES}].map((one) => typeof one).join());${noNativeCode}`;
      expect(run("-e", script)).toEqual({
        status: 0,
        stdout: "function,function,function,function,function,function,function,string\n",
        stderr: "",
      });
    });

    test("is imported by name, and loads no native code", () => {
      const script = `import { ${NAMES} } from "entropy-wsol"; import { MaxBoxAcc, PixelAp, boxesFromScoreMap } from "entropy-wsol/metrics";
        console.log([${NAMES}, MaxBoxAcc, PixelAp, boxesFromScoreMap].every(Boolean));${noNativeCode}`;
      expect(run("--input-type=module", "-e", script)).toEqual({ status: 0, stdout: "true\n", stderr: "" });
    });

    test("has one implementation for import and require", () => {
      const script = `import { WsolError } from "entropy-wsol"; import { createRequire } from "node:module";
        console.log(createRequire(import.meta.url)("entropy-wsol").WsolError === WsolError);`;
      writeFileSync(join(scratch.project, "both.mjs"), script);
      expect(run("both.mjs").stdout).toBe("true\n");
    });

    test("shows only its public entries", () => {
      const { status, stderr } = run("-e", 'require("entropy-wsol/dist/train/fit.js")');
      expect(status).toBe(1);
      expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
    });

    test("computes with both addons in CommonJS", () => {
      expect(run("-e", REQUIRE + COMPUTE)).toEqual({ status: 0, stdout: ANSWER, stderr: "" });
    });

    test("computes with both addons in an ES module", () => {
      expect(run("--input-type=module", "-e", IMPORT + COMPUTE)).toEqual({ status: 0, stdout: ANSWER, stderr: "" });
    });

    test("measures itself by the benchmarks that it holds", () => {
      const program = join(scratch.installed, "bin", "wsol.js");
      const { status, stdout } = run(program, "bench", "--rows", "metrics", "--quick", "--python", "absent", "--json");
      const { results } = JSON.parse(stdout);
      expect({ status, failed: results[0].failed }).toEqual({ status: 0, failed: false });
      expect(results[0].rows.every(({ ours }: { ours: number }) => ours > 0)).toBe(true);
    }, 60_000);

    test("computes in a worker thread, two at a time, and in the main thread after them", () => {
      writeFileSync(join(scratch.project, "compute.cjs"), REQUIRE + COMPUTE);
      const script = `const { Worker } = require("node:worker_threads");
        const work = () => new Promise((resolve, reject) => new Worker("./compute.cjs").once("error", reject).once("exit", resolve));
        Promise.all([work(), work()]).then(() => require("./compute.cjs"));`;
      expect(run("-e", script)).toEqual({ status: 0, stdout: ANSWER.repeat(3), stderr: "" });
    });

    test("computes in Jest, whose tests have globals of their own", () => {
      const expectation = `expect(lines).toEqual([${JSON.stringify(ANSWER.trim())}]);
        expect(() => boxesFromScoreMap(map, { width: 3, height: 2, threshold: 0.5 })).toThrow(expect.objectContaining({ name: "WsolError" }));`;
      const jestTest = `${REQUIRE}
        test("entropy-wsol", () => { const lines = []; const console = { log: (line) => lines.push(line) }; ${COMPUTE} ${expectation} });`;
      writeFileSync(join(scratch.project, "compute.test.js"), jestTest);
      const jest = join(REPOSITORY, "node_modules", "jest", "bin", "jest.js");
      const config = JSON.stringify({ testEnvironment: "node", rootDir: scratch.project });
      const { status, stderr } = run(jest, "--runInBand", "--config", config, "compute");
      expect({ status, output: status === 0 ? "" : stderr }).toEqual({ status: 0, output: "" });
      expect(stderr).toContain("1 passed");
    }, 60_000);
  });
}
