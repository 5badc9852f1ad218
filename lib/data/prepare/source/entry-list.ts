import { FormatProblem } from "../../../formats/problem";
import { problemOfRelativePath } from "../../layout/relative-path";
import { LIMITS } from "./limits";
import type { SourceEntry } from "./source";

/** What is known of an entry beside its path, by the kind of archive. */
export class EntryList<Place> {
  readonly places = new Map<string, SourceEntry & { readonly place: Place }>();
  #characters = 0;

  /**
   * @param folder The folder that the name is relative to, `""` or ending in `/`.
   * @throws FormatProblem for a name that leads out of the folder, or is there already; for more entries than any set has
   */
  add(folder: string, name: string, size: number, place: Place): void {
    const path = folder + checkedName(name);
    if (this.places.has(path)) throw new FormatProblem(`'${path}' is in it twice`);
    this.#characters += path.length;
    if (this.places.size >= LIMITS.entries || this.#characters > LIMITS.pathCharacters) {
      throw new FormatProblem(`it has more than ${this.places.size} files`);
    }
    this.places.set(path, { path, size, place });
  }
}

/** A name without a leading `./`. @throws FormatProblem for one that is absolute, leads upwards or is no name at all */
export function checkedName(name: string): string {
  const path = name.replace(/^(\.\/+)+/, "");
  const shown = JSON.stringify(name.length > 100 ? `${name.slice(0, 97)}...` : name);
  if (name.length > MOST_CHARACTERS) throw new FormatProblem(`it has a name of ${name.length} characters, ${shown}`);
  if (path.includes("\ufffd")) throw new FormatProblem(`the name ${shown} is not UTF-8`);
  const problem = problemOfRelativePath(path);
  if (problem !== null) throw new FormatProblem(`${problem}, got ${shown}`);
  return path;
}

/** Whether a link at `name` leads to a place in the same tree; hard links name theirs from the root. */
export function staysInside(name: string, target: string): boolean {
  if (target.startsWith("/") || /^[A-Za-z]:/.test(target) || target.includes("\\")) return false;
  let depth = name.split("/").length - 1;
  for (const part of target.split("/")) {
    if (part === "..") depth -= 1;
    else if (part !== "." && part !== "") depth += 1;
    if (depth < 0) return false;
  }
  return true;
}

const MOST_CHARACTERS = 4096;
