import type { Command } from "commander";
import { applySettings, readConfigFile } from "../../config/resolve";
import { cacheImages } from "../../data/images/cache-images";
import type { SplitName } from "../../data/split";
import { counted } from "../../words";
import { interruptible } from "../interruption";
import { collect, listOf, printJson } from "../options";
import { ProgressBar } from "../progress-bar";

interface CacheOptions {
  readonly data: string;
  readonly splits?: readonly string[];
  readonly config?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("cache")
    .description("Decode the images ahead, for runs with data.cache=disk.")
    .requiredOption("--data <dir>", "data set in the wsol layout")
    .option("--splits <names>", "splits, separated by commas; by default all", listOf(String))
    .option("--config <file>", "configuration of the runs, YAML or JSON")
    .option("--set <key=value>", "one configuration key; may be repeated", collect)
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run({ data, splits, config: path, set = [], json }: CacheOptions): Promise<void> {
  const config = applySettings(path === undefined ? {} : await readConfigFile(path), set);
  const bar = new ProgressBar({ label: "decoding", unit: "img" });
  let before = 0;
  try {
    const cached = await interruptible("stopping", (signal) =>
      cacheImages(data, config, {
        ...(splits !== undefined && { splits: splits as readonly SplitName[] }),
        signal,
        onWarning: (message) => bar.log(`warning: ${message}`),
        onProgress: (done, total) => {
          bar.update(done, total, done - before);
          before = done;
        },
      }),
    );
    bar.stop();
    if (json) return printJson(cached);
    for (const { split, images, side, path } of cached) {
      console.log(`${split}: ${counted(images, "image")} of ${side}x${side} in ${path}`);
    }
  } finally {
    bar.stop();
  }
}
