import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { outputOf } from "./processes.mjs";

/** One version for everybody: another one formats otherwise. */
const VERSION = "20.1.8";

/** Path of clang-format, installed with pip into the user's cache if need be; undefined where pip cannot. */
export function clangFormat() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(cache, "entropy-wsol", "tools", `clang-format-${VERSION}`);
  const program = join(folder, "clang_format", "data", "bin", "clang-format");
  if (!existsSync(program)) {
    const args = ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--target", folder];
    outputOf("python3", [...args, `clang-format==${VERSION}`], { stdio: ["ignore", "pipe", "ignore"] });
  }
  return existsSync(program) ? program : undefined;
}
