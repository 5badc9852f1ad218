import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { addonFiles, cachedAddonFolder } from "../../../lib/native/addon-file";
import { version } from "../../../lib/version";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const before = process.env.XDG_CACHE_HOME;
const tuple = `${process.platform}-${process.arch}`;

beforeAll(() => {
  process.env.XDG_CACHE_HOME = join(folder, "cache");
});
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
});

function touch(path: string, content = ""): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

describe("addonFiles", () => {
  it("lists the build in place, the prebuilds per LibTorch and the cached ones, each with its LibTorch", () => {
    const root = join(folder, "package");
    const torch = join(root, "binding", "torch");
    const built = touch(join(torch, "build", "Release", "wsol_torch_addon.node"));
    touch(join(torch, "build", "Release", "libtorch-version.txt"), "2.12.0\n");
    const prebuilt = touch(join(torch, "prebuilds", "libtorch-2.13.0", "prebuilds", tuple, "entropy-wsol.node"));
    const cached = touch(join(cachedAddonFolder("torch", "2.11.0"), "build", "Release", "wsol_torch_addon.node"));
    touch(join(dirname(cached), "libtorch-version.txt"), "2.11.0");
    expect(addonFiles("torch", root)).toEqual([
      { path: built, builtFor: "2.12.0" },
      { path: prebuilt, builtFor: "2.13.0" },
      { path: cached, builtFor: "2.11.0" },
    ]);
  });

  it("keys the cache by package version, LibTorch and platform, so that an update does not load an old build", () => {
    expect(cachedAddonFolder("torch", "2.13.0")).toContain(join(`${version}-libtorch-2.13.0-${tuple}`, "torch"));
    touch(join(folder, "cache", "entropy-wsol", "addons", `0.0.0-${tuple}`, "metrics", "build", "Release", "a.node"));
    expect(addonFiles("metrics", join(folder, "bare"))).toEqual([]);
  });

  it("leaves out a big addon of which nobody can tell the LibTorch it was built for", () => {
    const root = join(folder, "untold");
    touch(join(root, "binding", "torch", "build", "Release", "wsol_torch_addon.node"));
    expect(addonFiles("torch", root).filter(({ path }) => path.startsWith(root))).toEqual([]);
  });
});
