import { changedSettings } from "../config/flatten";
import type { RunSummary } from "./summary";

/** `wsol train` with every setting that is not a default. */
export function trainCommand({ config, environment, folder }: RunSummary): string {
  const settings = changedSettings(config).map(([key, value]) => ` --set ${quote(`${key}=${value}`)}`);
  return `wsol train --data ${quote(environment?.data ?? "DIR")} --out ${quote(folder)}${settings.join("")}`;
}

/** The `wsol evaluate` that made a run's evaluation; null before one. */
export function evaluateCommand({ environment, evaluation, folder }: RunSummary): string | null {
  if (evaluation === null) return null;
  const data = quote(environment?.data ?? "DIR");
  return `wsol evaluate --run ${quote(folder)} --data ${data} --split ${evaluation.split}`;
}

/** For a POSIX shell. */
export function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
