// A generated data set to measure with.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** `wsol synth out`, with its options by name. */
export function synthesize(out, options) {
  const wsol = fileURLToPath(new URL("../bin/wsol.js", import.meta.url));
  const settings = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { status } = spawnSync(process.execPath, [wsol, "synth", out, ...settings], { stdio: ["ignore", "ignore", 2] });
  if (status !== 0) throw new Error("the data set could not be generated");
}
