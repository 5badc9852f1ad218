import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cannotWrite, writeFileAtomically } from "../../../files";
import { configFolder, requireFolder } from "../../user-folders";

/** One line: the folder that `wsol libtorch link` named. @throws ERR_WSOL_WRITE for a user without a home */
export function linkFile(environment: NodeJS.ProcessEnv = process.env): string {
  return join(requireFolder(configFolder(environment), "XDG_CONFIG_HOME"), "libtorch-folder");
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
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
  await writeFileAtomically(path, `${folder}\n`);
}
