import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, configFolder, homeFolder } from "../../../lib/native/user-folders";
import { root } from "../../support/compiled";
import { writeLibtorch } from "../../support/made-up-libtorch";
import { runAsStranger, testAsStranger } from "../../support/other-user";
import { temporaryFolder } from "../../support/temporary-folder";

jest.setTimeout(60_000);

const folder = temporaryFolder();
const asStranger = testAsStranger();
beforeAll(() => {
  chmodSync(folder, 0o755);
  writeLibtorch(join(folder, "libtorch"));
});
const wsol = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  runAsStranger([join(root, "bin", "wsol.js"), ...args], { PATH: "/usr/bin:/bin", ...environment });

describe("a user without HOME and without an entry in the list of users", () => {
  asStranger("is told by doctor what was found, with no error that nobody foresaw", () => {
    const { status, stdout, stderr } = wsol(["doctor", "--json"]);
    expect([0, 4]).toContain(status);
    expect(JSON.parse(stdout)).toMatchObject({ selfTest: { passed: true } });
    expect(stderr).not.toContain("unexpected");
  });

  asStranger("can use an addon, and what XDG_CACHE_HOME holds", () => {
    const program = `const { thresholdGrid } = require(${JSON.stringify(join(root, "dist", "metrics"))});
      console.log(thresholdGrid(0.5).join());`;
    expect(runAsStranger(["-e", program])).toEqual({ status: 0, stdout: "0,0.5\n", stderr: "" });
  });

  asStranger.each([
    ["fetch", "XDG_CACHE_HOME", ["libtorch", "fetch", "--from", "/absent.zip"]],
    ["link", "XDG_CONFIG_HOME", ["libtorch", "link", join(folder, "libtorch")]],
  ])("is told by libtorch %s to set %s", (_, variable, args) => {
    const { status, stderr } = wsol(args);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("ERR_WSOL_WRITE: expected a home folder of this user"),
    ]);
    expect(stderr).toContain(`Set ${variable} to a folder`);
  });
});

describe("an unreadable folder", () => {
  asStranger("on PATH, or as a place where LibTorch may be, is passed over", () => {
    const locked = join(folder, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o700);
    const environment = { PATH: `${locked}:/usr/bin:/bin`, VIRTUAL_ENV: locked, XDG_CACHE_HOME: locked };
    const { stdout, stderr } = wsol(["doctor", "--json"], environment);
    expect(JSON.parse(stdout).libtorch.skipped).toContainEqual(
      expect.objectContaining({ source: "Python environment (VIRTUAL_ENV)", path: null }),
    );
    expect(stderr).not.toContain("unexpected");
  });

  asStranger("named by WSOL_LIBTORCH is said to be unreadable", () => {
    const locked = join(folder, "named");
    mkdirSync(locked);
    chmodSync(locked, 0o700);
    const { status, stderr } = wsol(["libtorch", "find"], { WSOL_LIBTORCH: locked });
    expect([status, stderr]).toEqual([4, expect.stringContaining(`got '${locked}': it may not be read`)]);
  });
});

describe("the folders of a user", () => {
  test("lie where XDG says, and else below the home folder, never below the current one", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/c" })).toBe(join("/c", "entropy-wsol"));
    expect(configFolder({ XDG_CONFIG_HOME: "/c" })).toBe(join("/c", "entropy-wsol"));
    expect(homeFolder({ HOME: "/h" })).toBe("/h");
    if (process.platform === "linux") expect(cacheFolder({ HOME: "/h" })).toBe("/h/.cache/entropy-wsol");
  });
});
