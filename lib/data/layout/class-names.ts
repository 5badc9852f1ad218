import { join } from "node:path";
import { WsolError } from "../../errors";
import { MetadataFile } from "./metadata-file";

/** Class names, one per line in label order, from `metadata/classes.txt` or else `classes.txt`; null without either. */
export async function readClassNames(root: string): Promise<readonly string[] | null> {
  const file =
    (await MetadataFile.readIfPresent(join(root, "metadata", "classes.txt"))) ??
    (await MetadataFile.readIfPresent(join(root, "classes.txt")));
  return file && namesIn(file);
}

/** Class names of a file, one per line in label order. @throws ERR_WSOL_DATA */
export async function readClassNamesFile(path: string): Promise<readonly string[]> {
  return namesIn(await MetadataFile.read(path));
}

function namesIn(file: MetadataFile): readonly string[] {
  const names: string[] = [];
  file.forEachLine((line, number) => {
    const name = line.trim();
    if (name === "") throw file.error(number, "expected a class name, got only spaces");
    names.push(name);
  });
  if (names.length > 0) return names;
  throw new WsolError("ERR_WSOL_DATA", `expected class names in '${file.path}', found none`, {
    details: { path: file.path },
    fix: "Write one name per line, or remove the file.",
  });
}
