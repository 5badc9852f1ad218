import { WsolError } from "../../errors";
import { counted } from "../../words";
import { SPLIT_NAMES, type SplitName } from "../split";
import type { PrepareEvent, PrepareResult } from "./events";
import type { SourceImage, SourceProblem, SourceSet } from "./source-format";

/** What is found wrong while a set is prepared; `strict` makes the first of it the end. */
export class Problems {
  readonly all: SourceProblem[] = [];
  readonly notes: string[] = [];
  readonly #images = new Set<string>();

  constructor(
    private readonly strict: boolean,
    private readonly emit: (event: PrepareEvent) => void,
  ) {}

  /** In words, for messages. */
  get first(): string {
    return this.all[0] === undefined ? "there are none" : describeProblem(this.all[0]);
  }

  add(problem: SourceProblem): void {
    if (this.strict) throw strictError(problem);
    this.all.push(problem);
    this.#images.add(problem.image);
    this.emit({ type: "problem", ...problem });
  }

  /** @param entry The file that it is about, where that is not the image. */
  ofImage(split: SplitName, { id }: SourceImage, problem: string, entry?: string): void {
    this.add({ split, image: id, problem, ...(entry !== undefined && { entry }) });
  }

  differs(title: string, differences: readonly string[]): void {
    if (this.strict) throw strictDifference(title, differences);
  }

  note(note: string): void {
    this.notes.push(note);
    this.emit({ type: "note", note });
  }

  /** Whether something is wrong with the image. */
  has(id: string): boolean {
    return this.#images.has(id);
  }

  /** Sorted as the set is, whatever was found first; of images that no split has, first. */
  inOrderOf(set: SourceSet): SourceProblem[] {
    const order = new Map<string, number>();
    for (const split of SPLIT_NAMES) for (const { id } of set.splits[split] ?? []) order.set(id, order.size);
    const placeOf = ({ image }: SourceProblem) => order.get(image) ?? -1;
    return this.all.toSorted((a, b) => placeOf(a) - placeOf(b));
  }

  /** @throws ERR_WSOL_DATA as `strict` would have, for a set that was prepared without it */
  static refuseAny({ format, problems, differences }: PrepareResult): void {
    if (problems[0] !== undefined) throw strictError(problems[0]);
    if (differences.length > 0) throw strictDifference(format, differences);
  }
}

/** `test: b/2.jpg is not there`; with the file's name where that is another one. */
export function describeProblem({ split, image, problem, entry }: SourceProblem): string {
  const where = split === null ? "" : `${split}: `;
  return entry === undefined ? `${where}${image} ${problem}` : `${where}${image}: '${entry}' ${problem}`;
}

function strictError(problem: SourceProblem): WsolError {
  return new WsolError(
    "ERR_WSOL_DATA",
    `expected every image of the source, got a problem with one: ${describeProblem(problem)}`,
    {
      details: { ...problem },
      fix: "Complete the source, or prepare the set without `strict: true`.",
    },
  );
}

function strictDifference(title: string, differences: readonly string[]): WsolError {
  return new WsolError(
    "ERR_WSOL_DATA",
    `expected the published numbers of ${title}, got ${counted(differences.length, "difference")}: ${differences.join("; ")}`,
    {
      details: { differences },
      fix: "Complete the source, or prepare the set without `strict: true`.",
    },
  );
}
