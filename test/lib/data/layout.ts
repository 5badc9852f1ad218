import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const folders: string[] = [];

/** A new empty folder, removed by {@link removeTemporaryFolders}. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "wsol-data-"));
  folders.push(folder);
  return folder;
}

export async function removeTemporaryFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** Writes files given by their path below a new folder. */
export async function writeLayout(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** A correct split of two images with boxes; `changes` replace or (null) remove files of `metadata/<split>`. */
export function splitFiles(
  changes: Readonly<Record<string, string | null>> = {},
  split = "test",
): Record<string, string> {
  const files: Record<string, string | null> = {
    "image_ids.txt": "a/1.jpg\nb/2.jpg\n",
    "class_labels.txt": "a/1.jpg,0\nb/2.jpg,1\n",
    "image_sizes.txt": "a/1.jpg,30,20\nb/2.jpg,40,50\n",
    "localization.txt": "a/1.jpg,1,2,29,19\nb/2.jpg,0,0,5,5\n",
    ...changes,
  };
  const present = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(present.map(([name, text]) => [`metadata/${split}/${name}`, text]));
}

/** What a promise rejects with; fails when it resolves. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const resolved = Symbol("resolved");
  const outcome = await promise.then(
    () => resolved,
    (error: unknown) => error,
  );
  if (outcome === resolved) throw new Error("expected a rejection");
  return outcome;
}
