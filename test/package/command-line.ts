import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifest, node, type Outcome, type Scratch } from "./packed";

export function describeCommandLine(scratch: Scratch): void {
  const run = (...args: readonly string[]): Outcome => {
    const env = { XDG_CACHE_HOME: join(scratch.folder, "empty"), WSOL_LIBTORCH: join(scratch.folder, "absent") };
    return node(args, { cwd: scratch.project, env });
  };
  const wsol = (...args: string[]): Outcome => run(join(scratch.installed, "bin", "wsol.js"), ...args);

  describe("the installed command line, without LibTorch and without a build", () => {
    test("prints its help and its version", () => {
      expect(wsol("--help")).toMatchObject({ status: 0, stderr: "" });
      expect(wsol("--help").stdout).toContain("train");
      expect(wsol("train", "--help").stdout).toContain("loss.lambda");
      expect(wsol("--version")).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
    });

    test("is the executable that package.json names", () => {
      expect(manifest.bin).toEqual({ wsol: "bin/wsol.js" });
      expect(readFileSync(join(scratch.installed, "bin", "wsol.js"), "utf8").split("\n")[0]).toBe(
        "#!/usr/bin/env node",
      );
    });

    test("train fails with the coded error, exit code 4, and leaves no run folder", () => {
      const data = join(scratch.project, "data");
      mkdirSync(join(data, "metadata", "train"), { recursive: true });
      writeFileSync(join(data, "metadata", "train", "image_ids.txt"), "a.jpg\nb.jpg\n");
      writeFileSync(join(data, "metadata", "train", "class_labels.txt"), "a.jpg,0\nb.jpg,1\n");
      const { status, stdout, stderr } = wsol("train", "--data", data, "--out", join(scratch.project, "run"));
      expect({ status, stdout }).toEqual({ status: 4, stdout: "" });
      expect(stderr).toMatch(/^ERR_WSOL_LIBTORCH_NOT_FOUND: expected a LibTorch folder for 'WSOL_LIBTORCH'/);
      expect(stderr).not.toContain("    at ");
      expect(readdirSync(scratch.project)).not.toContain("run");
    });

    test("a metric fails with the coded error that names the build", () => {
      const script = `require("entropy-wsol/metrics").boxesFromScoreMap(new Float64Array(4), { width: 2, height: 2, threshold: 0.5, rule: "all" })`;
      const { status, stdout } = run("-e", `try { ${script} } catch (error) { console.log(error.code, error.fix) }`);
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: "ERR_WSOL_ADDON Build it with: npx --package entropy-wsol wsol build --addon metrics\n",
      });
    });
  });
}
