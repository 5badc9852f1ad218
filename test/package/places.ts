import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { installInto, node, type Outcome, placeAddons, type Scratch } from "./packed";
import { ANSWER, COMPUTE, REQUIRE } from "./uses";

const METRIC = `
  const { boxesFromScoreMap } = require("entropy-wsol/metrics");
  try {
    console.log(boxesFromScoreMap(Float64Array.of(0, 0, 0, 1), { width: 2, height: 2, threshold: 0.5, rule: "all" })[0].join(" "));
  } catch (error) { console.log(error.name, error.code); }`;
/** Either the box, or an error with a code: the user's own cache may hold the addon or not. */
const BOX_OR_CODE = /^(1 1 1 1|WsolError ERR_WSOL_\w+)\n$/;
const NOWHERE = { HOME: undefined, XDG_CACHE_HOME: undefined, XDG_CONFIG_HOME: undefined };
/** Of nobody on any machine: no passwd entry, so no home folder either. */
const STRANGER = 61_234;

/** Why no program can be run as another user; null if it can. */
function otherUserProblem(): string | null {
  if (process.getuid?.() !== 0) return "only root may start a process of another user";
  const { status } = node(["-e", "0"], { cwd: "/", uid: STRANGER });
  return status === 0 ? null : `another user cannot run ${process.execPath}`;
}

export function describePlaces(scratch: Scratch): void {
  const wsol = (...args: readonly string[]) => [join(scratch.installed, "bin", "wsol.js"), ...args];
  const both = () => ({ XDG_CACHE_HOME: scratch.cache, WSOL_LIBTORCH: scratch.libtorch });

  /** All is well, or a coded error says what is not: nothing that was not foreseen. */
  function expectDoctor({ status, stderr }: Outcome): void {
    expect(stderr).toMatch(status === 0 ? /^$/ : /^ERR_WSOL_/);
  }

  describe("the installed package in an odd place", () => {
    test("computes without HOME when the cache is named", () => {
      const env = { ...NOWHERE, ...both() };
      expect(node(["-e", REQUIRE + COMPUTE], { cwd: scratch.project, env })).toEqual({
        ...{ status: 0, stdout: ANSWER, stderr: "" },
      });
      expect(node(wsol("doctor"), { cwd: scratch.project, env })).toMatchObject({ status: 0, stderr: "" });
    });

    test("computes or says in a coded error why not without HOME and without a named cache", () => {
      const options = { cwd: scratch.project, env: NOWHERE };
      const { status, stdout, stderr } = node(["-e", METRIC], options);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(BOX_OR_CODE);
      expectDoctor(node(wsol("doctor"), options));
    });

    test("computes below a path with spaces, quotes and brackets, its cache too", () => {
      const odd = join(scratch.folder, `it's "my" (new) [odd] {place} & $HOME`);
      installInto(odd, scratch.tarball);
      placeAddons(join(odd, "cache"));
      const options = { cwd: odd, env: { ...both(), XDG_CACHE_HOME: join(odd, "cache") } };
      expect(node(["-e", REQUIRE + COMPUTE], options)).toEqual({ status: 0, stdout: ANSWER, stderr: "" });
      const program = join(odd, "node_modules", "entropy-wsol", "bin", "wsol.js");
      expect(node([program, "doctor"], options)).toMatchObject({ status: 0, stderr: "" });
    }, 60_000);

    const problem = otherUserProblem();
    if (problem !== null) console.log(`skipped: another user with a read-only package: ${problem}`);
    const asStranger = problem === null ? test : test.skip;

    asStranger("computes for another user who may only read the package", () => {
      spawnSync("chmod", ["-R", "a-w,a+rX", scratch.installed, scratch.cache]);
      const own = mkdtempSync(join(scratch.folder, "own-"));
      spawnSync("chown", [String(STRANGER), own]);
      const named = { cwd: own, env: { ...NOWHERE, XDG_CACHE_HOME: scratch.cache }, uid: STRANGER };
      const metric = METRIC.replaceAll(
        '"entropy-wsol/metrics"',
        JSON.stringify(join(scratch.installed, "dist/metrics")),
      );
      expect(node(["-e", metric], named)).toEqual({ status: 0, stdout: "1 1 1 1\n", stderr: "" });
      const size = ["--train", "2", "--val", "0", "--test", "0", "--classes", "2", "--size", "32"];
      expect(node(wsol("synth", join(own, "data"), ...size), named)).toMatchObject({ status: 0 });
      expectDoctor(node(wsol("doctor"), named));
    });

    asStranger("gives a user without any home a box or a coded error", () => {
      const options = { cwd: "/", env: NOWHERE, uid: STRANGER };
      const metric = METRIC.replaceAll(
        '"entropy-wsol/metrics"',
        JSON.stringify(join(scratch.installed, "dist/metrics")),
      );
      const { status, stdout, stderr } = node(["-e", metric], options);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(BOX_OR_CODE);
      expectDoctor(node(wsol("doctor"), options));
    });
  });
}
