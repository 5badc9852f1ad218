import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { torchOfEnvironment, torchOfPathPython } from "../../../../../lib/native/libtorch/find/python-torch";
import { temporaryFolder } from "../../../../support/temporary-folder";

const onLinux = process.platform === "linux" ? it : it.skip;
const folder = temporaryFolder();

function torchIn(...path: string[]): string {
  const torch = join(folder, ...path, "torch");
  mkdirSync(torch, { recursive: true });
  writeFileSync(join(torch, "__init__.py"), "raise SystemExit('imported')");
  return torch;
}

/** A prefix with an interpreter that is no script: any binary will do, it must not be started. */
function interpreter(name: string, version: string): string {
  const bin = join(folder, name, "bin");
  mkdirSync(bin, { recursive: true });
  copyFileSync("/bin/true", join(bin, `python${version}`));
  symlinkSync(`python${version}`, join(bin, "python3"));
  return bin;
}

describe("torchOfEnvironment", () => {
  it("finds torch by the environment's folders, also as Windows lays them out", () => {
    const torch = torchIn("venv", "lib", "python3.12", "site-packages");
    const windows = torchIn("win", "Lib", "site-packages");
    expect(torchOfEnvironment(join(folder, "venv"))).toBe(torch);
    expect(torchOfEnvironment(join(folder, "win"))).toBe(windows);
    expect(torchOfEnvironment(join(folder, "absent"))).toBeUndefined();
  });
});

describe("torchOfPathPython", () => {
  onLinux("finds torch of an interpreter's own version without starting it", () => {
    const PATH = interpreter("plain", "3.11");
    torchIn("plain", "lib", "python3.12", "site-packages");
    expect(torchOfPathPython({ PATH, HOME: folder })).toBeUndefined();
    const torch = torchIn("plain", "lib", "python3.11", "site-packages");
    expect(torchOfPathPython({ PATH, HOME: folder })).toBe(torch);
  });

  onLinux("prefers PYTHONPATH and the user's packages, but not inside a virtual environment", () => {
    const PATH = interpreter("mixed", "3.11");
    const own = torchIn("mixed", "lib", "python3.11", "site-packages");
    const users = torchIn("home", ".local", "lib", "python3.11", "site-packages");
    const added = torchIn("added");
    const HOME = join(folder, "home");
    expect(torchOfPathPython({ PATH, HOME, PYTHONPATH: join(folder, "added") })).toBe(added);
    expect(torchOfPathPython({ PATH, HOME })).toBe(users);
    writeFileSync(join(folder, "mixed", "pyvenv.cfg"), "");
    expect(torchOfPathPython({ PATH, HOME })).toBe(own);
  });

  onLinux("asks an interpreter that hides behind a script, and survives one that fails", () => {
    const bin = join(folder, "shims");
    mkdirSync(bin);
    writeFileSync(join(bin, "python3"), "#!/bin/sh\necho /somewhere/torch\n", { mode: 0o755 });
    expect(torchOfPathPython({ PATH: bin })).toBe("/somewhere/torch");
    writeFileSync(join(bin, "python3"), "#!/bin/sh\necho /somewhere/torch\nexit 3\n", { mode: 0o755 });
    expect(torchOfPathPython({ PATH: bin })).toBeUndefined();
  });

  it("returns undefined without any Python", () => {
    expect(torchOfPathPython({ PATH: join(folder, "absent") })).toBeUndefined();
  });
});
