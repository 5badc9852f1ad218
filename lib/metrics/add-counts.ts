import { types } from "node:util";
import { invalidArgument } from "../errors";

/** Counts of two parts of a set: numbers, and arrays of them; null where neither part has any. */
export function addCounts<Counts extends object>(one: Counts, other: Counts): Counts {
  return Object.fromEntries(
    Object.entries(one).map(([name, value]) => [name, sumOf(name, value, (other as Record<string, unknown>)[name])]),
  ) as Counts;
}

/** What others have counted, beside the own counts of a metric. */
export class CountsOfOthers<Counts extends object> {
  #counts: Counts | null = null;

  /** @param own Of the metric: counts of other options do not go with them. @throws ERR_WSOL_ARGUMENT */
  add(counts: Counts, own: Counts, metric: string): void {
    if (typeof counts !== "object" || counts === null) throw invalidArgument("counts", `those of a ${metric}`, counts);
    addCounts(own, counts);
    this.#counts = this.with(counts);
  }

  /** Of another metric of the same options. */
  merge(other: CountsOfOthers<Counts>): void {
    if (other.#counts !== null) this.#counts = this.with(other.#counts);
  }

  /** The sum of both. */
  with(own: Counts): Counts {
    return this.#counts === null ? own : addCounts(own, this.#counts);
  }

  clear(): void {
    this.#counts = null;
  }
}

function sumOf(name: string, one: unknown, other: unknown): unknown {
  if (typeof one === "number" && typeof other === "number") return one + other;
  if (one === null && other === null) return null;
  if (types.isFloat64Array(one) && types.isFloat64Array(other) && one.length === other.length) {
    return one.map((count, index) => count + other[index]!);
  }
  throw invalidArgument(name, "counts of the same options, both with or without predictions", other);
}
