import { type Command, Option } from "commander";
import { type CheckOptions, check } from "../../data/check/check";
import { renderCheck } from "../../data/check/render";
import { WsolError } from "../../errors";
import { counted } from "../../words";
import { interruptible } from "../interruption";
import { printJson, wholeNumber } from "../options";
import { ProgressBar } from "../progress-bar";

interface CheckArguments extends Pick<CheckOptions, "cmyk" | "workers"> {
  readonly data: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("check")
    .description("Read a whole data set once and tell all that is wrong with it, before hours are spent.")
    .requiredOption("--data <dir>", "data set in the wsol layout")
    .addOption(
      new Option("--cmyk <what>", "as data.cmyk will be: with convert, CMYK images are no error")
        .choices(["refuse", "convert"])
        .default("refuse"),
    )
    .option("--workers <n>", "images decoded at once (default: the cores, at most 4)", wholeNumber(1))
    .option("--json", "print the report as JSON, with everything found")
    .action(run);
}

async function run({ data, json, ...options }: CheckArguments): Promise<void> {
  const bar = new ProgressBar({ label: "checking", unit: "img" });
  const report = await interruptible("stopping", async (signal) => {
    try {
      return await check(data, { ...options, signal, onProgress: (done, total) => bar.update(done, total, 1) });
    } finally {
      bar.stop();
    }
  });
  if (json) printJson(report);
  else console.log(renderCheck(report));
  const { error } = report.counts;
  if (error === 0) return;
  throw new WsolError(
    "ERR_WSOL_DATA",
    `${counted(error, "error")} in '${report.data}': training or evaluation would stop`,
  );
}
