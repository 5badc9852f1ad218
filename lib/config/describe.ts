import { z } from "zod";
import { configSchema } from "./schema";

/** A key of the configuration, for people. */
export interface ConfigKey {
  /** Dotted, as `--set` takes it. */
  readonly key: string;
  /** The section's name; null for the keys of the run itself. */
  readonly section: string | null;
  /** As `--set` and YAML read it. */
  readonly default: string;
  /** What it may be; words of code stand in backticks. */
  readonly values: string;
  /** Its sentence. */
  readonly description: string;
}

/** What the schema says of a key, as JSON Schema. */
interface Property {
  readonly type?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly anyOf?: readonly Property[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  /** Of a tuple. */
  readonly prefixItems?: readonly Property[];
}

/** Every key with its default, values and sentence, all of the schema, in its order. */
export function describeConfig(): readonly ConfigKey[] {
  const { properties } = z.toJSONSchema(configSchema, { io: "input" }) as Property;
  return Object.entries(properties!).flatMap(([name, property]) =>
    keysOf(name, property.properties === undefined ? null : name, property),
  );
}

/** Sections may lie in sections: `method.cutmix.beta`. */
function keysOf(key: string, section: string | null, property: Property): ConfigKey[] {
  if (property.properties === undefined) return [keyOf(key, section, property)];
  return Object.entries(property.properties).flatMap(([name, inner]) => keysOf(`${key}.${name}`, section, inner));
}

function keyOf(key: string, section: string | null, property: Property): ConfigKey {
  return {
    key,
    section,
    default: JSON.stringify(property.default),
    values: valuesOf(property),
    description: property.description!,
  };
}

function valuesOf(property: Property): string {
  if (property.anyOf) return property.anyOf.map(valuesOf).join(", ");
  if (property.enum) return property.enum.map((value) => `\`${value}\``).join(", ");
  if (property.const !== undefined) return `\`${property.const}\``;
  if (property.prefixItems) return `${property.prefixItems.length} of: ${valuesOf(property.prefixItems[0]!)}`;
  if (property.pattern) return `\`${property.pattern}\``;
  return `${property.type === "integer" ? "whole number" : property.type}${rangeOf(property)}`;
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Property): string {
  const bounds: string[] = [];
  if (exclusiveMinimum !== undefined) bounds.push(`> ${exclusiveMinimum}`);
  else if (minimum !== undefined) bounds.push(`>= ${minimum}`);
  if (exclusiveMaximum !== undefined) bounds.push(`< ${exclusiveMaximum}`);
  else if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) bounds.push(`<= ${maximum}`);
  return bounds.length === 0 ? "" : ` ${bounds.join(", ")}`;
}
