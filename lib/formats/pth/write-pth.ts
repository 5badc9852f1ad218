import { writeFileAtomically } from "../../files";
import { DTYPE_BYTES } from "../dtype-bytes";
import { FormatProblem } from "../problem";
import type { NamedTensor } from "../tensor-file";
import { zipParts } from "../zip/write-zip";
import { encodeStateDict } from "./encode-state-dict";

/** Where PyTorch has contents begin, so that they can be mapped into memory. */
const ALIGNMENT = 64;
const FOLDER = "archive";
const FORMAT_VERSION = "3\n";

/**
 * Writes tensors as PyTorch's `torch.save` writes an `OrderedDict` of them (zip format, pickle protocol 2), atomically and
 * without copying them; `torch.load(path, weights_only=True)` reads it. @throws FormatProblem for two tensors of one name,
 * bytes that do not fit a shape, or a dtype that PyTorch's storages do not have (U16, U32, U64); ERR_WSOL_WRITE
 */
export async function writePth(path: string, tensors: readonly NamedTensor[]): Promise<void> {
  await writeFileAtomically(path, encodePth(tensors));
}

/** The parts of such a file, in order. */
export function encodePth(tensors: readonly NamedTensor[]): Iterable<Uint8Array> {
  checkTensors(tensors);
  const text = (name: string, content: string) => ({ name: `${FOLDER}/${name}`, content: Buffer.from(content) });
  const contents = [
    { name: `${FOLDER}/data.pkl`, content: encodeStateDict(tensors) },
    text("byteorder", "little"),
    ...tensors.map(({ data }, index) => ({ name: `${FOLDER}/data/${index}`, content: data })),
    text("version", FORMAT_VERSION),
  ];
  return zipParts(contents, ALIGNMENT);
}

function checkTensors(tensors: readonly NamedTensor[]): void {
  const names = new Set<string>();
  for (const { name, dtype, shape, data } of tensors) {
    if (names.has(name)) throw new FormatProblem(`expected one tensor of each name, got two '${name}'`);
    names.add(name);
    const expected = shape.reduce((product, side) => product * side, DTYPE_BYTES[dtype] ?? Number.NaN);
    if (data.byteLength !== expected) {
      throw new FormatProblem(`tensor '${name}' has ${data.byteLength} bytes, its shape needs ${expected} of ${dtype}`);
    }
  }
}
