import type { Command } from "commander";
import { doctor } from "../../doctor/doctor";
import { renderDoctor } from "../../doctor/render";
import { WsolError } from "../../errors";
import { printJson } from "../options";

export function register(program: Command): void {
  program
    .command("doctor")
    .description("Report what was found on this machine, and try it in a child process.")
    .option("--json", "print the report as JSON")
    .action(run);
}

async function run({ json }: { json?: boolean }): Promise<void> {
  const report = await doctor();
  if (json) printJson(report);
  else console.log(renderDoctor(report));
  if (report.usable) return;
  const problem =
    report.selfTest?.passed === false ? `the self-test failed: ${report.selfTest.message}` : report.libtorch.problem;
  throw new WsolError("ERR_WSOL_ADDON", `not usable here: ${problem ?? "the native addons are not built"}`, {
    ...(report.fix !== null && { fix: `Next: ${report.fix}` }),
  });
}
