import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cannotWrite, writeFileAtomically } from "../../../files";
import { configFolder } from "../../user-folders";

/** One line: the folder that `wsol libtorch link` named. */
export function linkFile(environment: NodeJS.ProcessEnv = process.env): string {
  return join(configFolder(environment), "libtorch-folder");
}

export function readLink(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  try {
    return readFileSync(linkFile(environment), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

/** @throws ERR_WSOL_WRITE */
export async function writeLink(folder: string): Promise<void> {
  const path = linkFile();
  try {
    mkdirSync(configFolder(), { recursive: true });
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
  await writeFileAtomically(path, `${folder}\n`);
}
