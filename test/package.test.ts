import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { REPOSITORY, sourceFiles } from "./support/sources";
import { temporaryFolder } from "./support/temporary-folder";

// The package as a user gets it: compiled, packed, unpacked into a project, with nothing of the checkout beside it.

const folder = temporaryFolder();
const stage = join(folder, "stage");
const project = join(folder, "project");
const installed = join(project, "node_modules", "entropy-wsol");
const manifest = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
let tarball: string;

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function node(args: readonly string[], environment: NodeJS.ProcessEnv = {}, cwd = project): Outcome {
  const env = {
    ...process.env,
    XDG_CACHE_HOME: join(folder, "cache"),
    WSOL_LIBTORCH: join(folder, "absent"),
    ...environment,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, env, encoding: "utf8", timeout: 60_000 });
  return { status, stdout, stderr };
}

const tool = (name: string): string => realpathSync(join(REPOSITORY, "node_modules", ".bin", name));

/** What is packed of the checkout; a build or a prebuilt addon that lies in it stays out. */
function stagePackage(): void {
  const roots = new Set(["package.json", "README.md", "LICENSE"]);
  for (const pattern of manifest.files as string[]) roots.add(pattern.split("/")[0]!);
  roots.delete("dist");
  const isSource = (path: string) => !["build", "prebuilds", "node_modules"].includes(basename(path));
  for (const name of roots) cpSync(join(REPOSITORY, name), join(stage, name), { recursive: true, filter: isSource });
  const compiled = node([tool("tsc"), "-p", "tsconfig.build.json", "--outDir", join(stage, "dist")], {}, REPOSITORY);
  expect(compiled).toEqual({ status: 0, stdout: "", stderr: "" });
}

function packAndInstall(): void {
  const npm = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const packed = spawnSync("npm", npm, { cwd: stage, encoding: "utf8", shell: process.platform === "win32" });
  tarball = join(folder, packed.stdout.trim().split("\n").at(-1)!);
  mkdirSync(installed, { recursive: true });
  spawnSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  const modules = join(REPOSITORY, "node_modules");
  for (const name of readdirSync(modules)) {
    if (!name.startsWith(".")) symlinkSync(join(modules, name), join(project, "node_modules", name));
  }
  writeFileSync(join(project, "package.json"), '{ "name": "project", "private": true }\n');
}

beforeAll(() => {
  stagePackage();
  packAndInstall();
}, 120_000);

/** Paths of the installed files, with forward slashes. */
function installedFiles(): string[] {
  return readdirSync(installed, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(installed.length + 1)
        .replaceAll("\\", "/"),
    );
}

describe("the packed files", () => {
  test("are the compiled library, the sources of the addons and the papers, and nothing else", () => {
    const files = installedFiles();
    expect(files).toEqual(
      expect.arrayContaining([
        ...["package.json", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "CMakeLists.txt", "bin/wsol.js"],
        ...["dist/index.js", "dist/index.d.ts", "dist/metrics.js", "dist/metrics.d.ts", "dist/cli/main.js"],
        ...["binding/torch/CMakeLists.txt", "native/metrics/CMakeLists.txt", "cmake/LibTorch.cmake"],
      ]),
    );
    const isExpected =
      /^((dist|bin|native|binding|cmake|docs)\/.+|package\.json|[A-Z]+\.md|LICENSE|CITATION\.cff|CMakeLists\.txt)$/;
    expect(files.filter((path) => !isExpected.test(path))).toEqual([]);
    expect(
      files.filter((path) => /test|\.map$|\.node$|fixture|\.env|\.ts$/.test(path) && !/\.d\.ts$|self-test/.test(path)),
    ).toEqual([]);
  });

  test("name no folder of this machine", () => {
    const machine = [REPOSITORY, homedir(), folder].filter((path) => path.length > 1);
    const naming = installedFiles().filter((path) => {
      const text = readFileSync(join(installed, path), "utf8");
      return machine.some((place) => text.includes(`${place}/`));
    });
    expect(naming).toEqual([]);
  });

  test("hold every C++ source that the build needs", () => {
    const sources = [...sourceFiles("native", ".h", ".cpp"), ...sourceFiles("binding", ".h", ".cpp")];
    expect(sources.length).toBeGreaterThan(20);
    expect(installedFiles()).toEqual(expect.arrayContaining(sources.map(({ path }) => path)));
  });

  test("pass publint", () => {
    const { status, stdout } = node([tool("publint"), "run", installed, "--strict", "--pack", "false"]);
    expect({ status, problems: /All good/.test(stdout) ? "" : stdout }).toEqual({ status: 0, problems: "" });
  });

  test("resolve their types in every module system of Node", () => {
    const { status, stdout } = node([tool("attw"), tarball, "--profile", "node16", "--format", "ascii", "--no-color"]);
    expect({ status, problems: status === 0 ? "" : stdout }).toEqual({ status: 0, problems: "" });
  }, 60_000);
});

describe("the installed package", () => {
  const NAMES = ["Dataset", "Localizer", "WsolError", "evaluate", "fit", "isWsolError", "regularizedLoss", "version"];
  const noNativeCode = `
    const objects = process.report.getReport().sharedObjects.filter((path) => /\\.node$|vips|sharp|torch|libc10/.test(path));
    if (objects.length > 0) throw new Error(objects.join());`;

  test("is required, and loads no native code, neither ours nor the image library", () => {
    const script = `const { ${NAMES} } = require("entropy-wsol"); console.log([${NAMES}].map((one) => typeof one).join());${noNativeCode}`;
    expect(node(["-e", script])).toEqual({
      status: 0,
      stdout: "function,function,function,function,function,function,function,string\n",
      stderr: "",
    });
  });

  test("is imported by name, and loads no native code", () => {
    const script = `import { ${NAMES} } from "entropy-wsol"; import { MaxBoxAcc, PixelAp, boxesFromScoreMap } from "entropy-wsol/metrics";
      console.log([${NAMES}, MaxBoxAcc, PixelAp, boxesFromScoreMap].every(Boolean));${noNativeCode}`;
    expect(node(["--input-type=module", "-e", script])).toEqual({ status: 0, stdout: "true\n", stderr: "" });
  });

  test("has one implementation for import and require", () => {
    const script = `import { WsolError } from "entropy-wsol"; import { createRequire } from "node:module";
      console.log(createRequire(import.meta.url)("entropy-wsol").WsolError === WsolError);`;
    writeFileSync(join(project, "both.mjs"), script);
    expect(node(["both.mjs"]).stdout).toBe("true\n");
  });

  test("shows only its public entries", () => {
    const { status, stderr } = node(["-e", 'require("entropy-wsol/dist/train/fit.js")']);
    expect(status).toBe(1);
    expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test("has the types that the programs of test/types need, in CommonJS and ES modules", () => {
    const programs = sourceFiles("test/types", ".ts");
    expect(programs.length).toBeGreaterThan(3);
    for (const ending of ["cts", "mts"]) {
      for (const { path, text } of programs) {
        const own = text
          .replace(/"\.\.\/\.\.\/lib\/index"/g, '"entropy-wsol"')
          .replace(/"\.\.\/\.\.\/lib\/(\w+)"/g, '"entropy-wsol/$1"');
        writeFileSync(join(project, `${basename(path, ".ts")}.${ending}`), own);
      }
    }
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true },
      ...{ module: "node20", target: "ES2023", lib: ["ES2023", "ESNext.Disposable", "DOM"], types: ["node"] },
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.cts", "*.mts"] }));
    expect(node([tool("tsc"), "-p", "."])).toEqual({ status: 0, stdout: "", stderr: "" });
  }, 60_000);
});

describe("the installed command line, without LibTorch and without a build", () => {
  const wsol = (...args: string[]): Outcome => node([join(installed, "bin", "wsol.js"), ...args]);

  test("prints its help and its version", () => {
    expect(wsol("--help")).toMatchObject({ status: 0, stderr: "" });
    expect(wsol("--help").stdout).toContain("train");
    expect(wsol("train", "--help").stdout).toContain("loss.lambda");
    expect(wsol("--version")).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  test("is the executable that package.json names", () => {
    expect(manifest.bin).toEqual({ wsol: "bin/wsol.js" });
    expect(readFileSync(join(installed, "bin", "wsol.js"), "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
  });

  test("train fails with the coded error, exit code 4, and leaves no run folder", () => {
    const data = join(project, "data");
    mkdirSync(join(data, "metadata", "train"), { recursive: true });
    writeFileSync(join(data, "metadata", "train", "image_ids.txt"), "a.jpg\nb.jpg\n");
    writeFileSync(join(data, "metadata", "train", "class_labels.txt"), "a.jpg,0\nb.jpg,1\n");
    const { status, stdout, stderr } = wsol("train", "--data", data, "--out", join(project, "run"));
    expect({ status, stdout }).toEqual({ status: 4, stdout: "" });
    expect(stderr).toMatch(/^ERR_WSOL_LIBTORCH_NOT_FOUND: expected a LibTorch folder for 'WSOL_LIBTORCH'/);
    expect(stderr).not.toContain("    at ");
    expect(readdirSync(project)).not.toContain("run");
  });

  test("a metric fails with the coded error that names the build", () => {
    const script = `require("entropy-wsol/metrics").boxesFromScoreMap(new Float64Array(4), { width: 2, height: 2, threshold: 0.5, rule: "all" })`;
    const { status, stdout } = node(["-e", `try { ${script} } catch (error) { console.log(error.code, error.fix) }`]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: "ERR_WSOL_ADDON Build it with: npx --package entropy-wsol wsol build --addon metrics\n",
    });
  });
});
