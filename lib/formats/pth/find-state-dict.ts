import { describePickled, PickleOpaque } from "../pickle/values";
import { printableName } from "../printable";
import { FormatProblem } from "../problem";
import { TorchTensor } from "./torch-dialect";

/** Keys below which checkpoints keep the weights, beside the epoch, the optimizer and what else; the first that is there. */
const WRAPPERS = ["state_dict", "model", "model_state_dict", "model_state", "state_dict_ema", "model_ema"] as const;
/** What `DataParallel` puts before every name. */
const PARALLEL = "module.";

/**
 * The tensors of what `torch.save` was given: a state dict, or a dict that has one below a customary key.
 * @throws FormatProblem naming what was found in its place, or in it
 */
export function findStateDict(saved: unknown): ReadonlyMap<string, TorchTensor> {
  if (!(saved instanceof Map)) throw noStateDict(`it holds ${describePickled(saved)}`, saved);
  const wrapper = WRAPPERS.find((key) => isDictOfTensors(saved.get(key)));
  if (wrapper !== undefined) return withoutPrefix(tensorsOf(saved.get(wrapper)));
  if (isDictOfTensors(saved) || saved.size === 0) return withoutPrefix(tensorsOf(saved));
  const [key, value] = WRAPPERS.map((name) => [name, saved.get(name)] as const).find(([name]) => saved.has(name)) ?? [];
  if (key !== undefined) throw noStateDict(`its '${key}' is ${describePickled(value)}`, value);
  const keys = [...saved.keys()].slice(0, 5).map((name) => (typeof name === "string" ? printableName(name) : "…"));
  throw noStateDict(`it is a dict with the keys ${keys.join(", ")}`, saved);
}

function noStateDict(found: string, value: unknown): FormatProblem {
  const fix = value instanceof PickleOpaque ? ", an object of a class: save its state_dict() instead" : "";
  return new FormatProblem(
    `expected a dict of tensors, or one below '${WRAPPERS.slice(0, 2).join("' or '")}', but ${found}${fix}`,
  );
}

function isDictOfTensors(value: unknown): boolean {
  return value instanceof Map && [...value.values()].some((entry) => entry instanceof TorchTensor);
}

function tensorsOf(dict: ReadonlyMap<unknown, unknown>): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  for (const [key, value] of dict) {
    if (typeof key !== "string")
      throw new FormatProblem(`expected names as keys of its state dict, got ${describePickled(key)}`);
    if (!(value instanceof TorchTensor)) {
      throw new FormatProblem(
        `expected tensors only in its state dict, got ${describePickled(value)} for ${printableName(key)}`,
      );
    }
    tensors.set(key, value);
  }
  return tensors;
}

function withoutPrefix(tensors: ReadonlyMap<string, TorchTensor>): ReadonlyMap<string, TorchTensor> {
  const isParallel = tensors.size > 0 && [...tensors.keys()].every((name) => name.startsWith(PARALLEL));
  return isParallel ? new Map([...tensors].map(([name, value]) => [name.slice(PARALLEL.length), value])) : tensors;
}
