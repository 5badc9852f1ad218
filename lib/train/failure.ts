import { resolveConfig } from "../config/resolve";
import { isWsolError, WsolError } from "../errors";
import { MetricsLog } from "../logs/metrics-log";
import type { FailedEvent } from "../runs/events";
import type { TrainingContext } from "./context";
import { stepsDone } from "./position";

/** Notes in the log how the session ended, and gives back the error, with what to do about it. */
export async function recordFailure(context: TrainingContext, error: unknown): Promise<unknown> {
  if (!isWsolError(error)) return error;
  const { folder, position, stepsPerEpoch, processes } = context;
  // A log that cannot be written must not hide what went wrong.
  if (processes.isFirst)
    await append(folder.file("metrics"), {
      type: "failed",
      code: error.code,
      step: stepsDone(position, stepsPerEpoch),
    }).catch(() => undefined);
  return error.code === "ERR_WSOL_NON_FINITE_LOSS" ? withLowerRate(error, context) : error;
}

async function append(path: string, event: FailedEvent): Promise<void> {
  const log = await MetricsLog.open(path);
  try {
    await log.append(event);
  } finally {
    await log.close();
  }
}

const A_TENTH = 0.1;
const DIGITS = 3;

function withLowerRate(error: WsolError, { config, folder }: TrainingContext): WsolError {
  const usual = resolveConfig({}).optim.lr;
  const lower = Number(Math.min(config.optim.lr * A_TENTH, usual).toPrecision(DIGITS));
  const fix = folder.has("state")
    ? `Resume it with a lower optim.lr: \`resume: true\` and, for example, \`optim.lr: ${lower}\`.`
    : `Start it again with a lower optim.lr, for example \`optim.lr: ${lower}\`.`;
  return new WsolError(error.code, error.message, { details: error.details, fix, cause: error });
}
