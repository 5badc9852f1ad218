import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { addonFiles, cachedAddonFolder } from "../../lib/native/addon-file";
import { discoverLibtorch } from "../../lib/native/libtorch/find/find";
import { cacheFolder } from "../../lib/native/user-folders";
import { REPOSITORY, readSource } from "../support/sources";

export const manifest = JSON.parse(readSource("package.json").text);

/** Where the tests of the package work; `tarball` and `published` are known once it is packed. */
export interface Scratch {
  /** Whose folders another user may enter. */
  readonly folder: string;
  readonly project: string;
  readonly installed: string;
  /** XDG_CACHE_HOME with both addons in it. */
  readonly cache: string;
  readonly libtorch: string;
  tarball: string;
  published: readonly string[];
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Packed {
  readonly tarball: string;
  /** What `npm publish --dry-run` says that it would send. */
  readonly published: readonly string[];
}

/** A program of the checkout's packages, such as `tsc`. */
export const tool = (name: string): string => realpathSync(join(REPOSITORY, "node_modules", ".bin", name));

/**
 * A clone with its packages, from which npm packs what it would publish, `prepack` included. An old dist/ lies in it.
 * @param folder receives the clone and the tarball
 */
export function packAsPublished(folder: string): Packed {
  const clone = join(folder, "clone");
  const atRoot = new Set([".git", "node_modules", "dist", "build", "runs", "quickstart", "coverage", ".venv"]);
  const isSource = (path: string) => !["build", "prebuilds"].includes(basename(path));
  for (const name of readdirSync(REPOSITORY)) {
    if (!atRoot.has(name)) cpSync(join(REPOSITORY, name), join(clone, name), { recursive: true, filter: isSource });
  }
  symlinkSync(join(REPOSITORY, "node_modules"), join(clone, "node_modules"), "junction");
  mkdirSync(join(clone, "dist"));
  writeFileSync(join(clone, "dist", "of-another-day.js"), "");
  const report = JSON.parse(npm(clone, "publish", "--dry-run", "--json", "--offline"));
  const { files } = report.files ? report : report[manifest.name];
  // Packs the same files once more, since a dry run leaves no tarball; dist/ is compiled already.
  const name = npm(clone, "pack", "--ignore-scripts", "--pack-destination", folder).trim().split("\n").at(-1)!;
  return { tarball: join(folder, name), published: files.map(({ path }: { path: string }) => path) };
}

function npm(cwd: string, ...args: readonly string[]): string {
  const options = { cwd, encoding: "utf8", shell: process.platform === "win32" } as const;
  const { status, stdout, stderr } = spawnSync("npm", [...args, "--silent"], options);
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Unpacks the tarball into a new project, with the packages that `npm install` would put beside it, and no others. */
export function installInto(project: string, tarball: string): string {
  const installed = join(project, "node_modules", manifest.name);
  mkdirSync(installed, { recursive: true });
  const { status } = spawnSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  if (status !== 0) throw new Error(`cannot unpack ${tarball}`);
  const locked: Record<string, { dev?: boolean }> = JSON.parse(readSource("package-lock.json").text).packages;
  for (const [path, { dev }] of Object.entries(locked)) {
    const isInstalled = path !== "" && !dev && existsSync(join(REPOSITORY, path));
    if (isInstalled) cpSync(join(REPOSITORY, path), join(project, path), { recursive: true });
  }
  writeFileSync(join(project, "package.json"), '{ "name": "project", "version": "9.8.7", "private": true }\n');
  return installed;
}

/** Puts the checkout's addons where `wsol build` of an installed package puts them, below the cache `parent`. */
export function placeAddons(parent: string): void {
  const own = cacheFolder();
  if (own === undefined) throw new Error("the tests need a cache folder: set XDG_CACHE_HOME");
  for (const name of ["metrics", "torch"] as const) {
    const built = addonFiles(name)[0];
    if (built === undefined) throw new Error(`the addon '${name}' is not built: npm run setup`);
    const place = relative(own, cachedAddonFolder(name, built.builtFor));
    const to = join(parent, basename(own), place, "build", "Release");
    cpSync(dirname(built.path), to, { recursive: true });
  }
}

/** The LibTorch that the checkout uses. */
export function libtorchFolder(): string {
  const { chosen } = discoverLibtorch();
  if (chosen === undefined) throw new Error("no LibTorch: npm run setup");
  return chosen.root;
}

export interface RunOptions {
  readonly cwd: string;
  /** Added to the environment; undefined takes a variable out of it. */
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
}

export function node(args: readonly string[], { cwd, env, uid }: RunOptions): Outcome {
  const user = uid === undefined ? {} : { uid, gid: uid };
  const options = { cwd, env: { ...process.env, ...env }, encoding: "utf8", timeout: 60_000, ...user } as const;
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, options);
  return { status, stdout, stderr: error === undefined ? stderr : `${stderr}${error.message}` };
}
