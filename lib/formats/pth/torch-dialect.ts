import type { PickleCall, PickleDialect } from "../pickle/pickle-machine";
import { describePickled, PickleGlobal, PickleInterpreted, PickleOpaque, PickleTuple } from "../pickle/values";
import { printableName } from "../printable";
import { FormatProblem } from "../problem";
import type { StridedTensor } from "../strided";
import { STORAGE_TYPES, type StorageType, TORCH_DTYPES } from "./storage-types";

/** Memory of tensors, named in the pickle and lying elsewhere in the file. */
export interface StorageReference {
  readonly key: string;
  /** Of PyTorch. */
  readonly className: string;
  readonly type: StorageType;
  /** In elements; of the whole where it is a part. */
  readonly count: number;
  /** Legacy files only: the elements of another storage that it consists of. */
  readonly part: { readonly offset: number; readonly count: number } | null;
}

export class TorchStorage extends PickleInterpreted {
  readonly kind = "a storage";

  constructor(readonly reference: StorageReference) {
    super();
  }
}

/** A tensor of the pickle, its memory not read yet. */
export class TorchTensor extends PickleInterpreted {
  readonly kind = "a tensor";

  constructor(
    readonly storage: StorageReference,
    readonly dtype: string,
    readonly layout: StridedTensor,
  ) {
    super();
  }
}

const UNTYPED: ReadonlySet<string> = new Set(["torch.storage.UntypedStorage", "torch.UntypedStorage"]);
const BYTES: StorageType = { dtype: null, itemBytes: 1 };
/** Of a tensor; PyTorch itself stops at 64. */
const MAX_RANK = 64;

/** PyTorch's names in pickles: storages, tensors, parameters and ordered dicts. */
export const TORCH_DIALECT: PickleDialect = {
  calls: new Map<string, PickleCall>([
    ["collections.OrderedDict", orderedDict],
    ["torch._utils._rebuild_tensor", ([storage, ...layout]) => tensor(storage, layout, null)],
    ["torch._utils._rebuild_tensor_v2", ([storage, ...layout]) => plain(layout[5]) ?? tensor(storage, layout, null)],
    [
      "torch._utils._rebuild_tensor_v3",
      ([storage, ...layout]) => plain(layout[6]) ?? tensor(storage, layout, layout[5]),
    ],
    ["torch._utils._rebuild_parameter", ([data = null]) => data],
  ]),
  persistent,
};

/** From nothing, or from a list of pairs, as Python 2 wrote it. */
function orderedDict([pairs]: readonly unknown[], charge: (values: number) => void): unknown {
  const dict = new Map<unknown, unknown>();
  if (pairs === undefined) return dict;
  const items = Array.isArray(pairs) ? pairs : pairs instanceof PickleTuple ? pairs.items : null;
  if (items === null) throw new FormatProblem(`its pickle makes a dict of ${describePickled(pairs)}`);
  charge(items.length);
  for (const pair of items) {
    const entry = pair instanceof PickleTuple ? pair.items : pair;
    if (!Array.isArray(entry) || entry.length !== 2)
      throw new FormatProblem("its pickle makes a dict of other things than pairs");
    dict.set(entry[0], entry[1]);
  }
  return dict;
}

/** Null for a tensor whose numbers are those of its memory, not their negatives or conjugates. */
function plain(metadata: unknown): PickleOpaque | null {
  const isLazy = metadata instanceof Map && ["neg", "conj"].some((bit) => metadata.get(bit) === true);
  return isLazy ? new PickleOpaque("torch.Tensor.resolve_neg") : null;
}

function tensor(storage: unknown, [offset, shape, strides]: readonly unknown[], typed: unknown): unknown {
  if (storage instanceof PickleOpaque) return storage;
  if (!(storage instanceof TorchStorage)) {
    throw new FormatProblem(`its pickle makes a tensor of ${describePickled(storage)}`);
  }
  const { reference } = storage;
  const dtype = typed === null ? reference.type.dtype : dtypeOf(typed);
  // Complex or quantised numbers, or a dtype of a later PyTorch.
  if (dtype === null) return new PickleOpaque(typed instanceof PickleGlobal ? typed.fullName : reference.className);
  const [sides, steps] = [lengths(shape), lengths(strides)];
  if (!isLength(offset) || sides === null || steps === null || sides.length !== steps.length) {
    throw new FormatProblem("its pickle has a tensor without a valid offset, size or stride");
  }
  return new TorchTensor(reference, dtype, { shape: sides, strides: steps, offset });
}

function dtypeOf(typed: unknown): string | null {
  return typed instanceof PickleGlobal && typed.module === "torch" ? (TORCH_DTYPES.get(typed.name) ?? null) : null;
}

function lengths(tuple: unknown): readonly number[] | null {
  if (!(tuple instanceof PickleTuple) || tuple.items.length > MAX_RANK || !tuple.items.every(isLength)) return null;
  return tuple.items as readonly number[];
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * `("storage", class, key, device, elements)`, in legacy files with a part as sixth: `(key, offset, elements)` or None;
 * there `("module", class, …)` stands for a class of a pickled model.
 */
function persistent(id: unknown): unknown {
  const [kind, type, key, , count, part = null] = id instanceof PickleTuple ? id.items : [];
  if (kind === "module" && type instanceof PickleGlobal) return type;
  if (kind !== "storage" || !(type instanceof PickleGlobal) || typeof key !== "string" || !isLength(count)) {
    throw new FormatProblem("its pickle has a persistent id that is no storage");
  }
  const { module, name, fullName: className } = type;
  const isOfTorch = module === "torch" || module === "torch.cuda";
  const known = UNTYPED.has(className) ? BYTES : isOfTorch ? STORAGE_TYPES.get(name) : undefined;
  if (known === undefined) return new PickleOpaque(className);
  return new TorchStorage({ key, className, type: known, count, part: part === null ? null : partOf(part, key) });
}

function partOf(part: unknown, key: string): StorageReference["part"] {
  const [, offset, count] = part instanceof PickleTuple ? part.items : [];
  if (!isLength(offset) || !isLength(count)) {
    throw new FormatProblem(`its pickle has a storage ${printableName(key)} without a valid part`);
  }
  return { offset, count };
}
