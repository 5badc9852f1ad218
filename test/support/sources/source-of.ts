import type { Source } from "../../../lib/data/prepare/source/source";
import type { ReadContext, SourceFormat, SourceProblem, SourceSet } from "../../../lib/data/prepare/source-format";
import type { Tree } from "./tree";

/** A source in memory, for what a format reads of one; handing over images is not what it is for. */
export function sourceOf(tree: Tree, name = "source"): Source {
  const paths = Object.keys(tree).filter((path) => !path.endsWith("/"));
  return {
    name,
    entries: new Map(paths.map((path) => [path, { path, size: tree[path]!.length }])),
    file: () => null,
    read: async (path) => Buffer.from(tree[path] as Uint8Array),
    visit: () => Promise.reject(new Error("not in tests of formats")),
    close: async () => undefined,
  };
}

export interface ReadSet extends SourceSet {
  readonly problems: readonly SourceProblem[];
  readonly notes: readonly string[];
}

/** What a format reads of a tree, with what it reports. */
export async function readTree(format: SourceFormat, tree: Tree): Promise<ReadSet> {
  const problems: SourceProblem[] = [];
  const notes: string[] = [];
  const context: ReadContext = {
    settings: {},
    seed: 0,
    problem: (problem) => problems.push(problem),
    note: (note) => notes.push(note),
  };
  const set = await format.read(sourceOf(tree), context);
  return { ...set, problems, notes };
}
