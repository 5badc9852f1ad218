import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { onPath } from "../lib/native/build";
import { REPOSITORY, sourceFiles } from "./support/sources";
import { temporaryFolder } from "./support/temporary-folder";

// The addons are built on users' machines, in folders of any name.

jest.setTimeout(300_000);

const folder = temporaryFolder();
const AWKWARD = "a (b) 'c' [d]";

const listFiles = [
  ...sourceFiles("native", "CMakeLists.txt"),
  ...sourceFiles("binding", "CMakeLists.txt"),
  ...sourceFiles("cmake", ".cmake"),
];

describe("the CMake files", () => {
  test("pass paths to commands unharmed: every custom command is VERBATIM", () => {
    const commands = listFiles.flatMap(({ text }) => text.match(/add_custom_(command|target)\([\s\S]*?\)\n/g) ?? []);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((command) => !command.includes("VERBATIM"))).toEqual([]);
  });

  test("find sources through wsol_sources, which reads brackets in a path as brackets", () => {
    const globbing = listFiles.filter(({ text }) => /file\(GLOB/.test(text)).map(({ path }) => path);
    expect(globbing).toEqual(["cmake/Sources.cmake"]);
    expect(listFiles.filter(({ text }) => text.includes("wsol_sources(sources")).length).toBe(7);
  });
});

const canBuild = process.platform !== "win32" && onPath("cmake") && (onPath("c++") || onPath("g++"));
if (!canBuild) console.warn("skipped: building an addon needs cmake and a compiler");

(canBuild ? test : test.skip)(
  "wsol build in a project and a cache of awkward names, without LibTorch, builds the metrics and says what is missing",
  () => {
    const project = join(folder, AWKWARD);
    const installed = join(project, "node_modules", "entropy-wsol");
    const isSource = (path: string) => !["build", "prebuilds"].includes(basename(path));
    for (const name of ["package.json", "bin", "dist", "CMakeLists.txt", "cmake", "native", "binding"]) {
      cpSync(join(REPOSITORY, name), join(installed, name), { recursive: true, filter: isSource });
    }
    mkdirSync(join(project, "empty"));
    const modules = join(REPOSITORY, "node_modules");
    for (const name of readdirSync(modules)) {
      if (!name.startsWith(".")) symlinkSync(join(modules, name), join(project, "node_modules", name));
    }
    const env = {
      ...process.env,
      ...{ WSOL_LIBTORCH: "", LIBTORCH: "", VIRTUAL_ENV: "", CONDA_PREFIX: "", PYTHONPATH: "" },
      ...{ XDG_CACHE_HOME: join(project, "cache"), XDG_CONFIG_HOME: join(project, "config") },
      // Else a build in a new folder never finds what an earlier one has compiled.
      ...{ CCACHE_BASEDIR: project, CCACHE_NOHASHDIR: "1" },
      ...(onPath("ccache") && { CCACHE_DIR: execFileSync("ccache", ["-k", "cache_dir"], { encoding: "utf8" }).trim() }),
    };
    const node = (args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, env, encoding: "utf8" });
      return { status, stdout, stderr };
    };
    const built = node([join(installed, "bin", "wsol.js"), "build", "--json"]);
    expect([built.status, built.stderr]).toEqual([4, expect.stringContaining("building the addon 'metrics'")]);
    expect(JSON.parse(built.stdout)).toEqual([
      { addon: "metrics", folder: expect.stringContaining(join(project, "cache")), libtorch: null },
    ]);
    expect(built.stderr).toMatch(/the addon 'torch' is not built.*\nERR_WSOL_LIBTORCH_NOT_FOUND: /);
    expect(built.stderr).toContain("wsol libtorch fetch");

    const program = `console.log(require("entropy-wsol/metrics").thresholdGrid(0.5).join())`;
    expect(node(["-e", program])).toEqual({ status: 0, stdout: "0,0.5\n", stderr: "" });
  },
);
