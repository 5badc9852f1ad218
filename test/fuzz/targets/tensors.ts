import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../../lib/data/random";
import { WsolError } from "../../../lib/errors";
import { DTYPE_BYTES } from "../../../lib/formats/dtype-bytes";
import { MemoryBudget } from "../../../lib/formats/memory-budget";
import { FormatProblem } from "../../../lib/formats/problem";
import type { TensorFile } from "../../../lib/formats/tensor-file";
import { decodeTensors } from "../../../lib/formats/tensors";
import { zipParts } from "../../../lib/formats/zip/write-zip";
import { ZipArchive } from "../../../lib/formats/zip/zip-archive";
import { madeUpZip } from "../../support/made-up-zip";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";
import { madeUpCheckpoint } from "./made-up-checkpoint";

const FILE = "weights/fuzzed.pth";
const FIXTURES = join(__dirname, "..", "..", "lib", "formats", "fixtures");
const WORDS = [
  ...["PK\x01\x02", "PK\x03\x04", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07", "\xff\xff\xff\xff", "\xff\xff", "\x00\x00"],
  ...[
    "\x80\x02",
    "}",
    "]",
    "(",
    ")",
    "N",
    "\x88",
    "\x89",
    "u",
    "s",
    "e",
    "a",
    "t",
    "\x85",
    "\x86",
    "\x87",
    "R",
    "\x81",
    "b",
  ],
  ...[
    "Q",
    "h\x00",
    "h\x01",
    "h\x05",
    "q\x00",
    "q\x01",
    "\x94",
    "K\x00",
    "K\xff",
    "M\xff\xff",
    "J\xff\xff\xff\xff",
    "0",
    "1",
    "2",
  ],
  ...[
    "J\xff\xff\xff\x7f",
    "X\x01\x00\x00\x00a",
    "X\xff\xff\xff\x7f",
    "\x8a\x01\xff",
    "\x8b\xff\xff\xff\x7f",
    "C\x01a",
    ".",
  ],
  ...["\x8e\xff\xff\xff\xff\xff\xff\xff\x7f", "cos\nsystem\n", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n"],
  ...[
    "ctorch._utils\n_rebuild_tensor_v2\n",
    "ctorch\nDoubleStorage\n",
    "G\x7f\xf8\x00\x00\x00\x00\x00\x00",
    "I1\n",
    "L9L\n",
  ],
  ...["'<f4'", "'>i8'", "'|O'", "True", "(1000000000, 1000000000)", "(0,)", "()", "data/0", "data.pkl", "../", "big"],
];

interface Source {
  readonly file: Buffer;
  /** Null for a legacy file. */
  readonly entries: readonly { readonly name: string; readonly content: Buffer }[] | null;
}

/** Fixtures of PyTorch and NumPy damaged as they lie, or inside an archive that is whole, and made-up pickles and arrays. */
async function readSources(): Promise<readonly Source[]> {
  const names = readdirSync(FIXTURES).filter((name) => !name.endsWith(".json"));
  return Promise.all(names.map((name) => sourceOf(readFileSync(join(FIXTURES, name)))));
}

async function sourceOf(file: Buffer): Promise<Source> {
  if (file.toString("latin1", 0, 2) !== "PK") return { file, entries: null };
  const archive = new ZipArchive(file, new MemoryBudget(file.length));
  const contents = archive.names.map(async (name) => ({ name, content: Buffer.from(await archive.read(name)) }));
  return { file, entries: await Promise.all(contents) };
}

export function tensorsTarget(): FuzzTarget & { close(): void } {
  const sources = readSources();
  return {
    name: "tensors",
    code: "ERR_WSOL_CHECKPOINT",
    file: FILE,
    feed: async (random) => checkTensors(await decoded(inputOf(random, await sources))),
    close: () => undefined,
  };
}

function inputOf(random: Random, sources: readonly Source[]): Buffer {
  if (random.float() < 0.3) return madeUpCheckpoint(random);
  const { file, entries } = random.pick(sources);
  if (random.float() < 0.02) return file;
  if (entries === null || random.float() < 0.3) return mutate(file, random, WORDS);
  const isArrays = entries.every(({ name }) => name.endsWith(".npy"));
  const pickle = entries.findIndex(({ name }) => name.endsWith("data.pkl"));
  const damaged = isArrays || random.float() < 0.2 ? random.below(entries.length) : pickle;
  const rebuilt = entries.map(({ name, content }, index) => {
    if (index !== damaged) return { name, content };
    return random.float() < 0.1
      ? { name: mutate(Buffer.from(name), random, WORDS).toString("latin1"), content }
      : { name, content: mutate(content, random, WORDS) };
  });
  if (random.float() < 0.1) rebuilt.splice(random.below(rebuilt.length), 1);
  return random.float() < 0.9 ? Buffer.concat([...zipParts(rebuilt, random.pick([1, 64]))]) : deflated(rebuilt, random);
}

function deflated(entries: readonly { readonly name: string; readonly content: Buffer }[], random: Random): Buffer {
  const lying = random.below(entries.length * 2);
  const declaredSize = random.pick([0, 1, 100, 2 ** 20, 2 ** 31, 2 ** 32 - 1]);
  return madeUpZip(entries.map((entry, index) => (index === lying ? { ...entry, declaredSize } : entry)));
}

/** As the reader of checkpoints does: the file's name and a code on what the format refuses. */
async function decoded(bytes: Buffer): Promise<TensorFile> {
  try {
    return await decodeTensors(bytes);
  } catch (cause) {
    if (!(cause instanceof FormatProblem)) throw cause;
    throw new WsolError("ERR_WSOL_CHECKPOINT", `cannot read '${FILE}': ${cause.message}`, { cause });
  }
}

/** What was accepted is whole: different names, and as many bytes as each shape needs. */
function checkTensors({ tensors }: TensorFile): void {
  if (new Set(tensors.map(({ name }) => name)).size !== tensors.length) throw new Error("accepted two of one name");
  for (const { name, dtype, shape, data } of tensors) {
    const expected = shape.reduce((product, side) => product * side, DTYPE_BYTES[dtype]!);
    if (data.byteLength !== expected && !shape.includes(0)) {
      throw new Error(`accepted ${data.byteLength} bytes as ${dtype} [${shape}] of '${name}'`);
    }
  }
}
