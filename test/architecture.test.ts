import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { importsOf, includesOf, REPOSITORY, readSource, type SourceFile, sourceFiles } from "./support/sources";

// Layers point one way: examples, bench, test -> lib -> binding -> native -> LibTorch.

const lib = sourceFiles("lib", ".ts");
const cpp = (folder: string): SourceFile[] => sourceFiles(folder, ".h", ".cpp");

/** Every (file, include) below `folder` that `isForbidden`; fails when there is nothing to look at. */
function forbiddenIncludes(folder: string, isForbidden: (include: string) => boolean): string[] {
  const includes = cpp(folder).flatMap((file) => includesOf(file).map((include) => ({ path: file.path, include })));
  expect(includes.length).toBeGreaterThan(0);
  return includes.filter(({ include }) => isForbidden(include)).map(({ path, include }) => `${path}: ${include}`);
}

const isNode = (include: string) => /^(napi|node|node_api|js_native_api\w*|node_buffer|uv|v8[\w-]*)\.h$/.test(include);
const isLibtorch = (include: string) => /^(torch|ATen|c10|caffe2)\//.test(include);

describe("the layers of C++", () => {
  test("native knows neither Node nor binding nor lib", () => {
    expect(forbiddenIncludes("native", (include) => isNode(include) || /(^|\/)(binding|lib)\//.test(include))).toEqual(
      [],
    );
  });

  test.each(["native/files", "native/metrics"])("%s knows no LibTorch", (folder) => {
    const isForbidden = (include: string) => isLibtorch(include) || include.startsWith("native/torch/");
    expect(forbiddenIncludes(folder, isForbidden)).toEqual([]);
  });

  test.each(["native/torch/kernels", "native/torch/memory"])("%s knows nothing of networks and training", (folder) => {
    const isForbidden = (include: string) => include.startsWith("native/") && !include.startsWith(`${folder}/`);
    expect(forbiddenIncludes(folder, isForbidden)).toEqual([]);
  });

  test.each(["binding/metrics", "binding/common"])("%s knows no LibTorch", (folder) => {
    const isForbidden = (include: string) => isLibtorch(include) || include.startsWith("native/torch/");
    expect(forbiddenIncludes(folder, isForbidden)).toEqual([]);
  });

  test("binding includes native and Node-API, each part only its own side of native", () => {
    expect(forbiddenIncludes("binding", (include) => /^(node|uv|v8[\w-]*)\.h$/.test(include))).toEqual([]);
    const addons = ["metrics", "torch", "cuda"];
    for (const addon of addons) {
      const others = addons.filter((other) => other !== addon).map((other) => `binding/${other}/`);
      const isOfOther = (include: string) => others.some((other) => include.startsWith(other));
      expect(forbiddenIncludes(`binding/${addon}`, isOfOther)).toEqual([]);
    }
  });

  test("what needs CUDA's own libraries is known to binding/cuda alone", () => {
    const isOfCuda = (include: string) => /^native\/cuda\/|^nccl|^c10\/cuda|^ATen\/cuda\/|NCCL/.test(include);
    for (const folder of ["native/torch", "native/metrics", "binding/torch", "binding/common"]) {
      expect(forbiddenIncludes(folder, isOfCuda)).toEqual([]);
    }
  });
});

describe("the layers of TypeScript", () => {
  test("only lib/native loads addons", () => {
    const isLoader = (text: string) => /process\.dlopen|\.node["'`]|node-gyp-build/.test(text);
    const loaders = lib.filter(({ text }) => isLoader(text)).map(({ path }) => path);
    expect(loaders.length).toBeGreaterThan(0);
    expect(loaders.filter((path) => !path.startsWith("lib/native/"))).toEqual([]);
  });

  test("lib imports nothing of the layers above it, nor of the layers below", () => {
    const ours = lib.flatMap(importsOf).filter(({ isOurs }) => isOurs);
    expect(ours.length).toBeGreaterThan(50);
    expect(ours.filter(({ to }) => !to.startsWith("lib/") && to !== "package.json")).toEqual([]);
  });

  // A room of lib imports from rooms to its left only.
  const ROOMS = [
    ...["errors", "options", "version", "words", "files", "config", "formats", "native", "doctor", "lock"],
    ...[
      "tasks",
      "logs",
      "data",
      "models",
      "losses",
      "metrics",
      "runs",
      "checkpoint",
      "localize",
      "distributed",
      "evaluate",
      "train",
    ],
    ...["studies", "pictures", "report", "index", "cli"],
  ];
  const roomOf = (path: string): string => path.split("/")[1]!.replace(/\.ts$/, "");

  test("every room of lib has its place in the order, and every place its room", () => {
    expect([...new Set(lib.map(({ path }) => roomOf(path)))].sort()).toEqual([...ROOMS].sort());
  });

  test("the README lists the rooms in this order", () => {
    const table = /\n\| room \|[^\n]*\n([\s\S]*?)\n\n/.exec(readSource("README.md").text)![1]!;
    expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1])).toEqual(ROOMS);
  });

  test("the rooms of lib import in one direction", () => {
    const between = lib.flatMap(importsOf).filter(({ from, to, isOurs }) => isOurs && roomOf(from) !== roomOf(to));
    expect(between.length).toBeGreaterThan(50);
    const against = between.filter(({ from, to }) => ROOMS.indexOf(roomOf(to)) > ROOMS.indexOf(roomOf(from)));
    expect(against.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  // Examples name the package, benchmarks the files of dist/.
  test.each([
    ["examples", ".mts"],
    ["bench", ".mjs"],
  ])("%s uses lib only through its public entries", (folder, ending) => {
    const imports = sourceFiles(folder, ending).flatMap(importsOf);
    const fromLib = imports.filter(({ to }) => /^(lib|dist|entropy-wsol)(\/|$)/.test(to));
    expect(fromLib.length).toBeGreaterThan(0);
    const isPublic = /^(lib\/(index|metrics)|dist\/(index|metrics)\.js|entropy-wsol(\/metrics)?)$/;
    expect(fromLib.filter(({ to }) => !isPublic.test(to)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });
});

describe("the size and the names of files", () => {
  const all = [...cpp("native"), ...cpp("binding"), ...lib];

  test("no file of native, binding or lib has more than 300 lines", () => {
    expect(all.length).toBeGreaterThan(100);
    const long = all.filter(({ text }) => text.split("\n").length > 301);
    expect(long.map(({ path, text }) => `${path}: ${text.split("\n").length - 1} lines`)).toEqual([]);
  });

  test("TypeScript files are kebab-case, C++ files snake_case, and none is called utils", () => {
    const wrong = all.filter(({ path }) => {
      const name = posix.basename(path).replace(/(\.d)?\.\w+$/, "");
      const shape = path.endsWith(".ts") ? /^[a-z0-9]+(-[a-z0-9]+)*$/ : /^[a-z0-9]+(_[a-z0-9]+)*$/;
      return !shape.test(name) || /(^|\/|[-_])utils?([-_./]|$)/.test(path);
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("a name stands for one thing: no two files of lib export a type of the same name", () => {
    const exported = lib.flatMap(({ text }) =>
      [...text.matchAll(/^export (?:abstract )?(?:class|interface|type) (\w+)/gm)].map((match) => match[1]!),
    );
    expect(exported.length).toBeGreaterThan(50);
    expect(exported.filter((name, index) => exported.indexOf(name) !== index)).toEqual([]);
  });

  test("a score map is called a score map", () => {
    const matches = all.filter(({ text }) => /heat[-_ ]?map|saliency/i.test(text));
    expect(matches.map(({ path }) => path)).toEqual([]);
  });
});

describe("the documentation", () => {
  const pages = [...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(readSource), ...sourceFiles("docs", ".md")];
  const FOLDERS = "native|binding|lib|test|bench|examples|scripts|docs|cmake|bin|\\.ci";

  /** Paths in code spans that begin with a folder of the repository; `<name>` and `*` stand for anything. */
  function namedPaths({ text }: SourceFile): string[] {
    const spans = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
    const paths = spans.flatMap((span) => [...span.matchAll(new RegExp(`(?:^|\\s)((?:${FOLDERS})/[^\\s,:;]*)`, "g"))]);
    // A path with a wildcard must exist up to the folder that holds it.
    return paths.map((match) => match[1]!.replace(/[^/]*[<*{].*$/, ""));
  }

  /** Targets of links that lead to no other site. */
  function linkedPaths({ path, text }: SourceFile): string[] {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!.replace(/#.*$/, ""));
    const local = targets.filter((target) => target !== "" && !/^[a-z]+:/.test(target));
    return local.map((target) => posix.join(dirname(path), target));
  }

  test("names only paths that exist", () => {
    expect(pages.length).toBeGreaterThan(5);
    const named = pages.flatMap((page) => namedPaths(page).map((target) => ({ page: page.path, target })));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ target }) => !existsSync(join(REPOSITORY, target)))).toEqual([]);
  });

  test("has every page in its index", () => {
    const { path, text } = readSource("docs/README.md");
    // How a release is made is for those who make it: CONTRIBUTING.md links it.
    const indexed = [...linkedPaths({ path, text }), path, "docs/releasing.md"];
    expect(pages.filter((page) => page.path.startsWith("docs/") && !indexed.includes(page.path))).toEqual([]);
    expect(linkedPaths(readSource("CONTRIBUTING.md"))).toContain("docs/releasing.md");
    expect(linkedPaths(readSource("README.md"))).toContain("docs/README.md");
  });

  test("links only to pages that exist", () => {
    const linked = pages.flatMap((page) => linkedPaths(page).map((target) => ({ page: page.path, target })));
    expect(linked.length).toBeGreaterThan(5);
    expect(linked.filter(({ target }) => !existsSync(join(REPOSITORY, target)))).toEqual([]);
  });
});
