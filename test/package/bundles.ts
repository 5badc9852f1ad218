import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/sources";
import { node, type Outcome, type Scratch } from "./packed";
import { ANSWER, COMPUTE, IMPORT } from "./uses";

const FORMATS = [
  ["cjs", "cjs"],
  ["esm", "mjs"],
] as const;

export function describeBundles(scratch: Scratch): void {
  const env = () => ({ XDG_CACHE_HOME: scratch.cache, WSOL_LIBTORCH: scratch.libtorch });

  /** Bundles `program` with esbuild, and runs the bundle. */
  function runBundle(program: string, name: string, options: object): Outcome {
    const cwd = scratch.project;
    mkdirSync(join(cwd, "bundles"), { recursive: true });
    const entry = join(cwd, "program.mts");
    writeFileSync(entry, program);
    const outfile = join(cwd, "bundles", name);
    const all = { entryPoints: [entry], outfile, bundle: true, platform: "node", logLevel: "error", ...options };
    const esbuild = join(REPOSITORY, "node_modules", "esbuild");
    const script = `require(${JSON.stringify(esbuild)}).buildSync(${JSON.stringify(all)})`;
    expect(node(["-e", script], { cwd })).toEqual({ status: 0, stdout: "", stderr: "" });
    return node([outfile], { cwd, env: env() });
  }

  describe("the package in a bundle of esbuild", () => {
    test.each(FORMATS)("computes when it is external (%s)", (format, ending) => {
      const options = { format, external: ["entropy-wsol"] };
      const outcome = runBundle(IMPORT + COMPUTE, `external.${ending}`, options);
      expect(outcome).toEqual({ status: 0, stdout: ANSWER, stderr: "" });
    });

    test.each(FORMATS)("says to mark it external when it is bundled in (%s)", (format, ending) => {
      // sharp, another package with a native part, stops esbuild itself.
      const options = { format, external: ["sharp"] };
      const { status, stdout, stderr } = runBundle(IMPORT + COMPUTE, `inside.${ending}`, options);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain("WsolError: expected the package.json of entropy-wsol beside its code");
      expect(stderr).toContain("code: 'ERR_WSOL_ADDON'");
      expect(stderr).toContain("Mark entropy-wsol as external in the bundler's configuration.");
    });

    test("says so for the metrics alone too", () => {
      const program = 'import { MaxBoxAcc } from "entropy-wsol/metrics"; console.log(MaxBoxAcc);';
      const { status, stderr } = runBundle(program, "metrics.cjs", { format: "cjs" });
      expect(status).toBe(1);
      expect(stderr).toContain("Mark entropy-wsol as external");
    });
  });
}
