import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { libraryName } from "../../lib/native/libtorch/find/inspect";
import { madeUpElf } from "./made-up-elf";
import { madeUpZip, type ZipPart } from "./made-up-zip";

export interface MadeUpLibtorch {
  readonly version?: string;
  readonly cuda?: boolean;
  readonly headers?: boolean;
  /** ELF machine number of its libraries. */
  readonly machine?: number;
  /** Sonames that libtorch_cpu needs besides libc10. */
  readonly needed?: readonly string[];
}

/** Files of a LibTorch that can be found, inspected and unpacked, but not loaded. */
export function libtorchFiles(options: MadeUpLibtorch = {}): Map<string, Buffer> {
  const { version = "2.13.0+cpu", cuda = false, headers = true, machine, needed = [] } = options;
  const elf = (names: readonly string[]) => madeUpElf({ needed: names, ...(machine !== undefined && { machine }) });
  const files = new Map<string, Buffer>([
    ["__init__.py", Buffer.from("")],
    ["version.py", Buffer.from(`__version__ = '${version}'\n`)],
    [`lib/${libraryName("c10")}`, elf(["libc.so.6"])],
    [`lib/${libraryName("torch_cpu")}`, elf([libraryName("c10"), ...needed])],
    [`lib/${libraryName("torch_python")}`, elf([libraryName("torch_cpu")])],
  ]);
  if (cuda) files.set(`lib/${libraryName("torch_cuda")}`, elf([libraryName("torch_cpu")]));
  if (headers) files.set("include/torch/csrc/api/include/torch/torch.h", Buffer.from("#pragma once\n"));
  return files;
}

/** Writes {@link libtorchFiles} to a folder. */
export function writeLibtorch(folder: string, options: MadeUpLibtorch = {}): string {
  for (const [name, content] of libtorchFiles(options)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** A wheel of files: their own names, a RECORD with their hashes, METADATA with the requirements. */
export function wheelOf(
  files: ReadonlyMap<string, Buffer>,
  { info = "torch-2.13.0.dist-info", requires = [] }: { info?: string; requires?: readonly string[] } = {},
): Buffer {
  const parts: ZipPart[] = [...files].map(([name, content]) => ({ name, content }));
  const record = parts.map(({ name, content }) => {
    const hash = createHash("sha256").update(content).digest("base64url");
    return `${name},sha256=${hash},${content.length}`;
  });
  const metadata = ["Name: made-up", ...requires.map((line) => `Requires-Dist: ${line}`), "", "Words."].join("\n");
  parts.push({ name: `${info}/METADATA`, content: metadata });
  parts.push({ name: `${info}/licenses/LICENSE`, content: "words of a licence" });
  parts.push({ name: `${info}/RECORD`, content: [...record, `${info}/RECORD,,`].join("\n") });
  return madeUpZip(parts);
}
