import { types } from "node:util";
import { invalidArgument } from "../errors";

/** Counts of two parts of a set: numbers, and arrays of them; null where neither part has any. */
export function addCounts<Counts extends object>(one: Counts, other: Counts): Counts {
  return Object.fromEntries(
    Object.entries(one).map(([name, value]) => [name, sumOf(name, value, (other as Record<string, unknown>)[name])]),
  ) as Counts;
}

function sumOf(name: string, one: unknown, other: unknown): unknown {
  if (typeof one === "number" && typeof other === "number") return one + other;
  if (one === null && other === null) return null;
  if (types.isFloat64Array(one) && types.isFloat64Array(other) && one.length === other.length) {
    return one.map((count, index) => count + other[index]!);
  }
  throw invalidArgument(name, "counts of the same options, both with or without predictions", other);
}
