import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { preProcessFile } from "typescript";

export const REPOSITORY = join(__dirname, "..", "..");

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export function readSource(path: string): SourceFile {
  return { path, text: readFileSync(join(REPOSITORY, path), "utf8") };
}

/** The files below a folder of the repository with one of the endings. */
export function sourceFiles(folder: string, ...endings: readonly string[]): SourceFile[] {
  return readdirSync(join(REPOSITORY, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[\\/](build|prebuilds|node_modules|fixtures)[\\/]/.test(path))
    .map((path) => readSource(relative(REPOSITORY, path).split(sep).join("/")))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export interface Import {
  readonly from: string;
  /** A path from the repository's root without ending for a file of ours, else the module's name. */
  readonly to: string;
  readonly isOurs: boolean;
}

/** Every import, export-from, require and dynamic import of a TypeScript file, those of types included. */
export function importsOf({ path, text }: SourceFile): Import[] {
  return preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    const isOurs = fileName.startsWith(".");
    if (!isOurs) return { from: path, to: fileName, isOurs };
    const target = resolve(REPOSITORY, dirname(path), fileName);
    return { from: path, to: relative(REPOSITORY, target).split(sep).join("/"), isOurs };
  });
}

/** What a C++ file includes, as written between the quotes or brackets. */
export function includesOf({ text }: SourceFile): string[] {
  return [...text.matchAll(/^\s*#\s*include\s*["<]([^">]+)[">]/gm)].map((match) => match[1]!);
}
