import { changedSettings, flatten, formatSetting } from "../config/flatten";
import type { Evaluated } from "./evaluation";
import type { RunSummary } from "./summary";

/** `wsol train` with every setting that is not a default. */
export function trainCommand({ config, environment, folder }: RunSummary): string {
  const settings = changedSettings(config).map(([key, value]) => ` --set ${quote(`${key}=${value}`)}`);
  return `wsol train --data ${quote(environment?.data ?? "DIR")} --out ${quote(folder)}${settings.join("")}`;
}

/** The `wsol evaluate` that made a run's evaluation, with every option that is not a default; null before one. */
export function evaluateCommand(run: RunSummary): string | null {
  const { environment, evaluation, folder } = run;
  if (evaluation === null) return null;
  const { evaluated, split } = evaluation;
  const data = quote(evaluated?.data ?? environment?.data ?? "DIR");
  const command = `wsol evaluate --run ${quote(folder)} --data ${data} --split ${split}`;
  return evaluated === null ? `${command}  # its other options were not recorded` : command + options(run, evaluated);
}

function options({ config, environment }: RunSummary, { step, sigma, masks, model }: Evaluated): string {
  const { checkpoint = null, device = null, scoreMap = {} } = model ?? {};
  // `auto` chooses again what it chose in training.
  const isUsualDevice = device === null || (config.device === "auto" && device === environment?.device);
  const given: [option: string, value: string | null][] = [
    ["checkpoint", checkpoint === "last" ? null : checkpoint],
    ["step", step === config.evaluation.step ? null : String(step)],
    ["sigma", sigma === config.evaluation.sigma ? null : String(sigma)],
    ["masks", masks],
    ["device", isUsualDevice ? null : device],
    ...changedFrom(config.scoreMap, scoreMap).map((setting): [string, string] => ["set", `scoreMap.${setting}`]),
  ];
  return given.map(([option, value]) => (value === null ? "" : ` --${option} ${quote(value)}`)).join("");
}

/** `key=value` of what is not as in `before`. */
function changedFrom(before: object, now: object): string[] {
  const old = flatten(before);
  return [...flatten(now)]
    .filter(([key, value]) => formatSetting(old.get(key)) !== formatSetting(value))
    .map(([key, value]) => `${key}=${formatSetting(value)}`);
}

/** For a POSIX shell. */
export function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
