import { readFile } from "node:fs/promises";
import { distance } from "fastest-levenshtein";
import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import { describe, WsolError } from "../errors";
import { flatten } from "./flatten";
import { weightsNamed } from "./named-weights";
import { type Config, type ConfigInput, configSchema, NUM_STAGES } from "./schema";

/**
 * Fills in the defaults, and mean and deviation of the pixels where weights are named that were trained with others;
 * checks every key, type and range.
 * @throws ERR_WSOL_CONFIG naming the dotted key; for an unknown one also the nearest that exists.
 */
export function resolveConfig(input: ConfigInput = {}): Config {
  const parsed = configSchema.safeParse(input);
  if (!parsed.success) throw configError(parsed.error.issues[0]!, input);
  const config = withPixelsOfWeights(parsed.data, input);
  checkTogether(config);
  return config;
}

function withPixelsOfWeights(config: Config, input: ConfigInput): Config {
  const named = weightsNamed(config.model.weights);
  if (named === null) return config;
  const { mean = named.mean, std = named.std } = input.data ?? {};
  return { ...config, data: { ...config.data, mean, std } };
}

/** Reads a YAML or JSON configuration file. */
export async function readConfigFile(path: string): Promise<ConfigInput> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new WsolError("ERR_WSOL_CONFIG", `cannot read the configuration file '${path}'`, {
      details: { path },
      cause,
    });
  }
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (cause) {
    throw new WsolError("ERR_WSOL_CONFIG", `'${path}' is neither YAML nor JSON: ${(cause as Error).message}`, {
      details: { path },
      cause,
    });
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new WsolError("ERR_WSOL_CONFIG", `expected a mapping of keys in '${path}', got ${describe(value)}`, {
      details: { path },
    });
  }
  return value as ConfigInput;
}

/** Applies `key=value` settings, dotted keys, in order; values are YAML scalars (`1e-4`, `true`, `null`, `abc`). */
export function applySettings(base: ConfigInput, settings: readonly string[]): ConfigInput {
  const result = structuredClone(base) as Record<string, unknown>;
  for (const setting of settings) {
    const equals = setting.indexOf("=");
    if (equals <= 0) {
      throw new WsolError("ERR_WSOL_CONFIG", `expected key=value for '--set', got ${describe(setting)}`, {
        details: { setting },
      });
    }
    const path = setting.slice(0, equals).trim().split(".");
    let node = result;
    for (const part of path.slice(0, -1)) {
      const next = own(node, part);
      if (next !== undefined && (typeof next !== "object" || next === null)) throw unknownKey(path.join("."));
      node = (next ?? define(node, part, {})) as Record<string, unknown>;
    }
    define(node, path.at(-1)!, scalar(setting.slice(equals + 1), setting));
  }
  return result as ConfigInput;
}

/** Every dotted key of the configuration, in the schema's order. */
export function configKeys(): readonly string[] {
  return [...flatten(resolveConfig({})).keys()];
}

function scalar(text: string, setting: string): unknown {
  try {
    // YAML reads 1e-4 as a string in some dialects; the core schema of this library reads it as a number.
    return parseYaml(text, { schema: "core" }) ?? null;
  } catch (cause) {
    throw new WsolError("ERR_WSOL_CONFIG", `the value in '${setting}' is no YAML scalar`, { cause });
  }
}

// Plain assignment would let a key such as __proto__ reach the prototype.
function define(node: Record<string, unknown>, key: string, value: unknown): unknown {
  Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

function own(node: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(node, key) ? node[key] : undefined;
}

function configError(issue: z.core.$ZodIssue, input: unknown): WsolError {
  if (issue.code === "unrecognized_keys") return unknownKey([...issue.path, issue.keys[0]].map(String).join("."));
  const key = issue.path.map(String).join(".") || "config";
  const got = issue.path.reduce<unknown>((node, part) => (node as Record<PropertyKey, unknown>)?.[part], input);
  const expected = expectation(issue);
  return new WsolError("ERR_WSOL_CONFIG", `expected ${expected} for '${key}', got ${describe(got)}`, {
    details: { key, expected },
  });
}

const THREE_NUMBERS = "three numbers, as [0.485, 0.456, 0.406]";

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.expected === "int") return "a whole number";
      if (issue.expected === "tuple") return THREE_NUMBERS;
      return issue.expected === "object" ? "an object" : `a ${issue.expected}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return "1 or 2";
    case "too_small":
      if (issue.origin === "array") return THREE_NUMBERS;
      return `a number ${issue.inclusive ? "of at least" : "above"} ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "array") return THREE_NUMBERS;
      return `a number ${issue.inclusive ? "of at most" : "below"} ${issue.maximum}`;
    default:
      return issue.message.replace(/^expected /i, "");
  }
}

/**
 * The most similar key, those of the same section first; initials count as the word (learningRate, lr). Null where
 * that would be another word by more than half.
 */
function nearestKey(key: string): string | null {
  const known = configKeys();
  const [section, word] = split(key);
  const neighbours = known.filter((candidate) => split(candidate)[0] === section);
  const ofWord = (other: string) => (initials(word) === other ? 0 : distance(word.toLowerCase(), other.toLowerCase()));
  const score = (candidate: string) => {
    const [otherSection, otherWord] = split(candidate);
    return ofWord(otherWord) + distance(section, otherSection) / 2;
  };
  const candidates = section !== "" && neighbours.length > 0 ? neighbours : known;
  const nearest = candidates.toSorted((a, b) => score(a) - score(b))[0]!;
  return candidates !== known || ofWord(split(nearest)[1]) <= word.length / 2 ? nearest : null;
}

function split(key: string): [section: string, word: string] {
  const dot = key.lastIndexOf(".");
  return [key.slice(0, Math.max(dot, 0)), key.slice(dot + 1)];
}

function initials(word: string): string {
  return word.replace(/(?<!^)[a-z]/g, "").toLowerCase();
}

function unknownKey(key: string): WsolError {
  const nearest = nearestKey(key);
  return new WsolError("ERR_WSOL_CONFIG", `unknown configuration key '${key}'`, {
    details: { key, nearest },
    fix: nearest === null ? "`wsol train --help` lists the keys." : `Did you mean '${nearest}'?`,
  });
}

/** Those that have a form for a probability of each class by itself. */
const BINARY_REGULARIZERS: readonly Config["loss"]["regularizer"][] = ["none", "entropy", "label-smoothing"];

function checkTogether(config: Config): void {
  const refuse = (key: string, expected: string, got: unknown): never => {
    throw new WsolError("ERR_WSOL_CONFIG", `expected ${expected} for '${key}', got ${describe(got)}`, {
      details: { key, expected },
    });
  };
  const { model, loss, method, data, optim, scoreMap } = config;
  if (optim.nesterov && optim.momentum === 0) refuse("optim.nesterov", "false with optim.momentum=0", true);
  if (data.cropSize > data.imageSize)
    refuse("data.cropSize", `at most data.imageSize (${data.imageSize})`, data.cropSize);
  if (model.stem === "activated" && model.backbone !== "preresnet18") {
    refuse("model.stem", `'plain' with model.backbone=${model.backbone}`, model.stem);
  }
  const named = weightsNamed(model.weights);
  if (named !== null && named.backbone !== model.backbone) {
    refuse("model.backbone", `'${named.backbone}' with model.weights=${model.weights}`, model.backbone);
  }
  if (scoreMap.kind === "cam" && scoreMap.stage !== NUM_STAGES) {
    refuse("scoreMap.stage", `${NUM_STAGES} with scoreMap.kind=cam`, scoreMap.stage);
  }
  if (method.name === "acol" && scoreMap.kind !== "cam") {
    refuse("scoreMap.kind", "'cam' with method.name=acol, whose maps are its own", scoreMap.kind);
  }
  if (loss.multiLabel === "bce" && !BINARY_REGULARIZERS.includes(loss.regularizer)) {
    refuse("loss.regularizer", `one of ${BINARY_REGULARIZERS.join(", ")} with loss.multiLabel=bce`, loss.regularizer);
  }
  if (loss.multiLabel === "bce" && method.name === "acol") {
    refuse("loss.multiLabel", "'softmax' with method.name=acol, which takes one class per image", loss.multiLabel);
  }
  if (loss.regularizer === "label-smoothing" && loss.lambda > 1) {
    refuse("loss.lambda", "a number of at most 1 with label-smoothing, whose eps it is", loss.lambda);
  }
}
