import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadTorch } from "../../../lib/native/load-torch";
import { runCli, withoutLibtorch } from "../../support/compiled";
import { writeLibtorch } from "../../support/made-up-libtorch";
import { temporaryFolder } from "../../support/temporary-folder";

jest.setTimeout(60_000);

const folder = temporaryFolder();
let counter = 0;

function bareMachine(): NodeJS.ProcessEnv {
  const home = join(folder, `home-${counter++}`);
  mkdirSync(home);
  return withoutLibtorch(home);
}

describe("wsol on a machine without LibTorch", () => {
  it("prints its help and its version", () => {
    const help = runCli(["--help"], bareMachine());
    expect([help.status, help.stderr]).toEqual([0, ""]);
    expect(help.stdout).toContain("doctor");
    expect(runCli(["--version"], bareMachine()).status).toBe(0);
  });

  it("libtorch find rejects with exit code 4, the code and the fix, and nothing on stdout", () => {
    const { status, stdout, stderr } = runCli(["libtorch", "find", "--json"], bareMachine());
    expect([status, stdout]).toEqual([4, ""]);
    expect(stderr).toMatch(/^ERR_WSOL_LIBTORCH_NOT_FOUND: no usable LibTorch/);
    expect(stderr).toContain("wsol libtorch fetch");
  });

  it("doctor still reports, names the next step, and ends with exit code 4", () => {
    const { status, stdout } = runCli(["doctor", "--json"], bareMachine());
    const report = JSON.parse(stdout);
    expect([status, report.usable, report.fix]).toEqual([4, false, "wsol libtorch fetch"]);
    expect(report.selfTest).toMatchObject({ passed: true, message: "metrics: one box" });
  });
});

describe("wsol libtorch link", () => {
  it("makes find and doctor use the folder", () => {
    const environment = bareMachine();
    const { root } = loadTorch().libtorch;
    const linked = runCli(["libtorch", "link", root], environment);
    expect([linked.status, linked.stderr]).toEqual([0, ""]);
    const found = JSON.parse(runCli(["libtorch", "find", "--json"], environment).stdout);
    expect(found.chosen).toMatchObject({ root, source: "linked (wsol libtorch link)" });
    const report = JSON.parse(runCli(["doctor", "--json"], environment).stdout);
    expect(report).toMatchObject({
      usable: true,
      fix: null,
      selfTest: { passed: true, message: "one box and one gradient" },
    });
  });

  it("rejects a folder that is no LibTorch, one that is not there, and one of an old version, and links nothing", () => {
    const environment = bareMachine();
    const old = writeLibtorch(join(folder, "old"), { version: "2.0.0" });
    for (const [source, code] of [
      [folder, "ERR_WSOL_LIBTORCH_NOT_FOUND"],
      [join(folder, "absent"), "ERR_WSOL_LIBTORCH_NOT_FOUND"],
      [old, "ERR_WSOL_LIBTORCH_VERSION"],
    ] as const) {
      const { status, stderr } = runCli(["libtorch", "link", source], environment);
      expect([status, stderr.split(":")[0]]).toEqual([4, code]);
    }
    expect(runCli(["libtorch", "find"], environment).status).toBe(4);
  });
});

describe("wsol libtorch fetch", () => {
  it("rejects a damaged archive with exit code 4 and leaves no LibTorch", () => {
    const environment = bareMachine();
    const { status, stderr } = runCli(["libtorch", "fetch", "--from", __filename], environment);
    expect(status).toBe(4);
    expect(stderr).toContain("ERR_WSOL_LIBTORCH_FETCH: cannot unpack");
    expect(runCli(["libtorch", "find"], environment).status).toBe(4);
  });

  it("rejects an unknown variant as a usage error", () => {
    expect(runCli(["libtorch", "fetch", "--variant", "tpu"], bareMachine()).status).toBe(2);
  });
});

describe("wsol doctor", () => {
  it("reports a working machine as text that starts with the package and ends with the verdict", () => {
    const { status, stdout } = runCli(["doctor"], { WSOL_LIBTORCH: loadTorch().libtorch.root });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^entropy-wsol\s+\d+\.\d+\.\d+\n/);
    expect(stdout).toMatch(/self-test\s+passed in [\d.]+ s: one box and one gradient\nverdict\s+ready\n$/);
  });

  it("reports what is wrong with a folder that a variable names", () => {
    const { status, stdout } = runCli(["doctor", "--json"], { WSOL_LIBTORCH: join(folder, "absent") });
    const { libtorch, usable } = JSON.parse(stdout);
    expect([status, usable]).toEqual([4, false]);
    expect(libtorch.problem).toContain("for 'WSOL_LIBTORCH'");
  });
});

describe("wsol build", () => {
  it("rejects the big addon before the first compiler starts when there is no LibTorch", () => {
    const { status, stderr } = runCli(["build", "--addon", "torch"], bareMachine());
    expect(status).toBe(4);
    expect(stderr).toContain("ERR_WSOL_LIBTORCH_NOT_FOUND");
    expect(stderr).not.toContain("building");
  });
});
