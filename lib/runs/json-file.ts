import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { WsolError } from "../errors";

/** The JSON object in a file of a folder; null where there is no such file. @throws ERR_WSOL_RUN_FOLDER */
export async function readJson<T extends object>(folder: string, file: string): Promise<T | null> {
  const path = join(folder, file);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw damaged(folder, file, (cause as Error).message, cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(folder, file, "it is not JSON", cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw damaged(folder, file, "expected a JSON object");
  }
  return value as T;
}

export function damaged(folder: string, file: string, problem: string, cause?: unknown): WsolError {
  return new WsolError("ERR_WSOL_RUN_FOLDER", `cannot read '${join(folder, file)}': ${problem}`, {
    details: { path: folder, file },
    cause,
  });
}
