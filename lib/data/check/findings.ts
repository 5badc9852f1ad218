import type { SplitName } from "../split";
import { type FindingKind, KINDS, type Severity } from "./kinds";

/** One thing that a check found. */
export interface FoundItem {
  /** Null for what is of no split. */
  readonly split: SplitName | null;
  /** The image's id, or the file; null for what is of no image. */
  readonly image: string | null;
  readonly detail: string;
}

/** All of one kind that a check found. */
export interface CheckFinding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** What is wrong, to be followed by the number of items. */
  readonly what: string;
  /** What to do about it; null where that goes without saying. */
  readonly advice: string | null;
  /** At least one. */
  readonly items: readonly FoundItem[];
}

/** Gathers what a check finds, by kind. */
export class Findings {
  readonly #items = new Map<FindingKind, FoundItem[]>();

  add(kind: FindingKind, item: FoundItem): void {
    const items = this.#items.get(kind);
    if (items === undefined) this.#items.set(kind, [item]);
    else items.push(item);
  }

  /** Adds all that another has. */
  take(other: Findings): void {
    for (const [kind, items] of other.#items) for (const item of items) this.add(kind, item);
  }

  /** Those of which there are any, in the order of {@link KINDS}. */
  list(): CheckFinding[] {
    return (Object.keys(KINDS) as FindingKind[]).flatMap((kind) => {
      const items = this.#items.get(kind);
      if (items === undefined) return [];
      const {
        severity,
        what,
        advice = null,
      }: { severity: Severity; what: string; advice?: string | null } = KINDS[kind];
      return [{ kind, severity, what, advice, items }];
    });
  }
}
