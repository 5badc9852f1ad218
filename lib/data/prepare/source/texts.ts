import { WsolError } from "../../../errors";
import { MetadataFile } from "../../layout/metadata-file";
import type { Source } from "./source";

/** The folder, `""` or ending in `/`, that holds `file` and is nearest to the source's root. @throws ERR_WSOL_DATA */
export function folderOf(source: Source, file: string): string {
  let found: string | null = null;
  for (const path of source.entries.keys()) {
    if (path !== file && !path.endsWith(`/${file}`)) continue;
    const folder = path.slice(0, path.length - file.length);
    if (found === null || depthOf(folder) < depthOf(found)) found = folder;
  }
  if (found !== null) return found;
  throw new WsolError("ERR_WSOL_DATA", `expected the file '${file}' in '${source.name}', found none`, {
    details: { path: source.name, file },
  });
}

/** A text file of the source, its lines named as `SOURCE/path:line` in errors. @throws ERR_WSOL_DATA */
export async function readText(source: Source, path: string): Promise<MetadataFile> {
  return MetadataFile.of(`${source.name}/${path}`, await source.read(path));
}

function depthOf(folder: string): number {
  return folder.split("/").length;
}
