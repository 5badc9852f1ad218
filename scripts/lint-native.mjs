// Checks the format of the C++ sources; --write corrects it.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { clangFormat } from "./setup/clang-format.mjs";
import { root, run } from "./setup/processes.mjs";

const sources = ["native", "binding", "test/native"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => /\.(cpp|h)$/.test(name) && !/(^|\/)build\//.test(name))
    .map((name) => join(folder, name)),
);
const program = clangFormat();
if (program === undefined) {
  console.log("lint-native: skipped, clang-format cannot be installed with pip here");
} else if (sources.length > 0) {
  const mode = process.argv.includes("--write") ? ["-i"] : ["--dry-run", "--Werror"];
  process.exitCode = await run(program, [...mode, ...sources]);
}
