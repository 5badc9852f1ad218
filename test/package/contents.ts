import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { REPOSITORY, sourceFiles } from "../support/sources";
import { manifest, node, type Scratch, tool } from "./packed";

export function describeContents(scratch: Scratch): void {
  /** Paths of the installed files, with forward slashes. */
  const installedFiles = (): string[] =>
    readdirSync(scratch.installed, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(scratch.installed.length + 1))
      .map((path) => path.replaceAll("\\", "/"));

  describe("the packed files", () => {
    test("are those that npm publish would send, dist/ compiled by prepack and nothing of an older one", () => {
      expect(installedFiles().sort()).toEqual([...scratch.published].sort());
      expect(scratch.published).toContain("dist/index.js");
      expect(scratch.published).not.toContain("dist/of-another-day.js");
    });

    test("are the compiled library, the sources of the addons, the benchmarks and the papers, and nothing else", () => {
      const files = installedFiles();
      expect(files).toEqual(
        expect.arrayContaining([
          ...["package.json", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "CMakeLists.txt", "bin/wsol.js"],
          ...["dist/index.js", "dist/index.d.ts", "dist/metrics.js", "dist/metrics.d.ts", "dist/cli/main.js"],
          ...["dist/report/page.js", "bench/table.mjs", "bench/peers/box_search.py"],
          ...["binding/torch/CMakeLists.txt", "native/metrics/CMakeLists.txt", "cmake/LibTorch.cmake"],
        ]),
      );
      const isExpected =
        /^((dist|bin|native|binding|cmake|docs|bench)\/.+|package\.json|[A-Z]+\.md|LICENSE|CITATION\.cff|CMakeLists\.txt)$/;
      expect(files.filter((path) => !isExpected.test(path))).toEqual([]);
      const isOurs = (path: string) => /\.d\.ts$|self-test/.test(path);
      const isLeft = (path: string) =>
        /test|\.map$|\.node$|fixture|__pycache__|\.env|\.ts$/.test(path) && !isOurs(path);
      expect(files.filter(isLeft)).toEqual([]);
    });

    test("name no folder of this machine", () => {
      const machine = [REPOSITORY, homedir(), scratch.folder].filter((path) => path.length > 1);
      const naming = installedFiles().filter((path) => {
        const text = readFileSync(join(scratch.installed, path), "utf8");
        return machine.some((place) => text.includes(`${place}/`));
      });
      expect(naming).toEqual([]);
    });

    test("hold every C++ source that the build needs", () => {
      const sources = [...sourceFiles("native", ".h", ".cpp"), ...sourceFiles("binding", ".h", ".cpp")];
      expect(sources.length).toBeGreaterThan(20);
      expect(installedFiles()).toEqual(expect.arrayContaining(sources.map(({ path }) => path)));
    });

    test("run nothing when a user installs them", () => {
      const hooks = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"];
      expect(hooks.filter((hook) => hook in manifest.scripts)).toEqual([]);
      // npm would run node-gyp for it.
      expect(installedFiles()).not.toContain("binding.gyp");
    });

    test("pass publint", () => {
      const args = [tool("publint"), "run", scratch.installed, "--strict", "--pack", "false"];
      const { status, stdout } = node(args, { cwd: scratch.project });
      expect({ status, problems: /All good/.test(stdout) ? "" : stdout }).toEqual({ status: 0, problems: "" });
    });

    test("resolve their types in every module system of Node", () => {
      const args = [tool("attw"), scratch.tarball, "--profile", "node16", "--format", "ascii", "--no-color"];
      const { status, stdout } = node(args, { cwd: scratch.project });
      expect({ status, problems: status === 0 ? "" : stdout }).toEqual({ status: 0, problems: "" });
    }, 60_000);
  });
}
