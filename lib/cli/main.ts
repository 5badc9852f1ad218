import { Command, CommanderError } from "commander";
import { sizeThreadPool } from "../data/thread-pool";
import { version } from "../version";
import { register as registerBench } from "./commands/bench";
import { register as registerBuild } from "./commands/build";
import { register as registerCache } from "./commands/cache";
import { register as registerCheck } from "./commands/check";
import { register as registerCompare } from "./commands/compare";
import { register as registerDoctor } from "./commands/doctor";
import { register as registerEvaluate } from "./commands/evaluate";
import { register as registerExport } from "./commands/export";
import { register as registerFeatures } from "./commands/features";
import { register as registerLaunch } from "./commands/launch";
import { register as registerLibtorch } from "./commands/libtorch";
import { register as registerLocalize } from "./commands/localize";
import { register as registerPrepare } from "./commands/prepare";
import { register as registerPresets } from "./commands/presets";
import { register as registerReport } from "./commands/report";
import { register as registerReproduce } from "./commands/reproduce";
import { register as registerSweep } from "./commands/sweep";
import { register as registerSynth } from "./commands/synth";
import { register as registerTrain } from "./commands/train";
import { exitCodeForFailure, printFailure } from "./failure";

/** Runs the command line; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  sizeThreadPool(args);
  const program = buildProgram();
  // A reader that has seen enough, such as `head`, closes the pipe: no failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  // Progress that nobody reads any more, or a terminal that is gone, must not end hours of training.
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    // A command that ran others ends as they did.
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // Commander has printed its own words; --help and --version also come here, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printFailure(error, { debug: args.includes("--debug") });
    return exitCodeForFailure(error);
  }
}

function buildProgram(): Command {
  const program = new Command("wsol")
    .description("Weakly supervised object localization with entropy regularization.")
    .version(version)
    .option("--debug", "print the stack of an error")
    .showHelpAfterError("Run wsol --help for the commands and their options.")
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const registrations = [
    registerDoctor,
    registerLibtorch,
    registerBuild,
    registerSynth,
    registerPrepare,
    registerCheck,
    registerPresets,
    registerCache,
    registerTrain,
    registerLaunch,
    registerEvaluate,
    registerCompare,
    registerLocalize,
    registerFeatures,
    registerExport,
    registerSweep,
    registerReproduce,
    registerReport,
    registerBench,
  ];
  for (const register of registrations) register(program);
  return program;
}
