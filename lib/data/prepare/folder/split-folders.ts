import type { SplitName } from "../../split";

const NAMES: Readonly<Record<string, SplitName>> = {
  train: "train",
  training: "train",
  val: "val",
  valid: "val",
  validation: "val",
  test: "test",
  testing: "test",
};

/** The split that a folder's name means; null: none. */
export function splitOfFolder(name: string): SplitName | null {
  const lower = name.toLowerCase();
  return Object.hasOwn(NAMES, lower) ? NAMES[lower]! : null;
}
