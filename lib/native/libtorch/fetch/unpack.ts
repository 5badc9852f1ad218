import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WsolError } from "../../../errors";
import { NVIDIA_HEADERS } from "../find/cuda-headers";
import { readElf } from "../find/elf";
import { libraryName } from "../find/inspect";
import type { Archive } from "./archive";
import { isSystemLibrary } from "./cuda-requirements";
import { readWheelMetadata } from "./wheel-metadata";

export interface UnpackOptions {
  readonly variant: "cpu" | "cuda";
  /** Wheels that hold the libraries which the archive does not; asked for at most once. */
  readonly companions?: (sonames: readonly string[], requirements: readonly string[]) => Promise<Archive[]>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const MAIN = libraryName("torch_cpu");
/** `nvidia/cu13/include/crt/host_config.h`: the folder of a package, and what its files are included by. */
const NVIDIA_HEADER = /^nvidia\/[^/]+\/include\/(.+)$/;
const LICENCE = /(^|\/)(licenses\/.*|(LICEN[CS]E|NOTICE|COPYING)[^/]*)$/i;

/** Unpacks the libraries that are needed, the headers, the version and the licences of a LibTorch into an empty folder. */
export async function unpackLibtorch(archive: Archive, target: string, options: UnpackOptions): Promise<void> {
  const names = [...archive.entries.keys()];
  const main = names.find((name) => name === `lib/${MAIN}` || name.endsWith(`/lib/${MAIN}`));
  if (main === undefined) throw unusable(archive, `no lib/${MAIN} in it`);
  const prefix = main.slice(0, -`lib/${MAIN}`.length);
  const roots = [libraryName("c10"), MAIN, ...(options.variant === "cuda" ? cudaRoots(names, prefix, archive) : [])];
  const { hashes, requirements } = await readWheelMetadata(archive);
  const writer = new Writer(target, options);

  const headers = names.filter((name) => name.startsWith(`${prefix}include/`));
  const versions = ["version.py", "build-version"]
    .map((name) => prefix + name)
    .filter((name) => archive.entries.has(name));
  const licences = names.filter((name) => LICENCE.test(name) && !name.startsWith(`${prefix}include/`));
  const texts: [string, string][] = [
    ...[...headers, ...versions].map((name): [string, string] => [name, name.slice(prefix.length)]),
    ...licences.map((name): [string, string] => [name, `licenses/${name}`]),
  ];
  writer.expect(texts.reduce((sum, [name]) => sum + archive.entries.get(name)!.size, 0));
  const missing = await unpackClosure(archive, `${prefix}lib/`, roots, hashes, writer);
  for (const [name, to] of texts) await writer.write(archive, name, to, hashes);
  if (missing.length === 0 && options.variant === "cpu") return;
  await unpackCompanions((await options.companions?.(missing, requirements)) ?? [], missing, options.variant, writer);
}

/** Libraries of the CUDA half; some are opened by name at run time, so all are taken. */
function cudaRoots(names: readonly string[], prefix: string, archive: Archive): string[] {
  if (!archive.entries.has(`${prefix}lib/${libraryName("torch_cuda")}`)) {
    throw unusable(archive, "it is a CPU build", "Take --variant cpu, or give a CUDA wheel with --from.");
  }
  const inLib = names.filter((name) => name.startsWith(`${prefix}lib/`) && /\.(so|dll|dylib)(\.|$)/.test(name));
  return inLib.map((name) => basename(name)).filter((name) => !/python|shm/.test(name));
}

/** Takes the roots and whatever they need from the archive; returns what it does not hold. */
async function unpackClosure(
  archive: Archive,
  folder: string,
  roots: readonly string[],
  hashes: ReadonlyMap<string, string>,
  writer: Writer,
): Promise<string[]> {
  const seen = new Set(roots);
  const queue = [...seen];
  const missing: string[] = [];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (!archive.entries.has(folder + name)) {
      if (!isSystemLibrary(name)) missing.push(name);
      continue;
    }
    writer.expect(archive.entries.get(folder + name)!.size);
    const path = await writer.write(archive, folder + name, `lib/${name}`, hashes);
    for (const needed of readNeeded(path)) {
      if (!seen.has(needed)) queue.push(needed);
      seen.add(needed);
    }
  }
  return missing;
}

async function unpackCompanions(
  archives: readonly Archive[],
  sonames: readonly string[],
  variant: "cpu" | "cuda",
  writer: Writer,
): Promise<void> {
  const wanted = new Set(sonames);
  const placeOf = (name: string): string | null => {
    if (/\.so(\.|$)/.test(name))
      return variant === "cuda" || wanted.has(basename(name)) ? `lib/${basename(name)}` : null;
    const header = variant === "cuda" ? NVIDIA_HEADER.exec(name)?.[1] : undefined;
    if (header !== undefined) return `include/${NVIDIA_HEADERS}/${header}`;
    return LICENCE.test(name) ? `licenses/${name}` : null;
  };
  for (const archive of archives) {
    const { hashes } = await readWheelMetadata(archive);
    for (const [name, { size }] of archive.entries) {
      const to = placeOf(name);
      if (to === null || writer.has(to)) continue;
      writer.expect(size);
      await writer.write(archive, name, to, hashes);
    }
  }
}

function readNeeded(path: string): readonly string[] {
  try {
    return readElf(path)?.needed ?? [];
  } catch (cause) {
    throw new WsolError("ERR_WSOL_LIBTORCH_FETCH", `'${basename(path)}' is damaged: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Writes entries below one folder, each checked against the wheel's own hash where there is one. */
class Writer {
  private done = 0;
  private total = 0;
  private readonly written = new Set<string>();

  constructor(
    private readonly target: string,
    private readonly options: Pick<UnpackOptions, "onProgress" | "signal">,
  ) {}

  expect(bytes: number): void {
    this.total += bytes;
  }

  has(name: string): boolean {
    return this.written.has(name);
  }

  async write(archive: Archive, name: string, to: string, hashes: ReadonlyMap<string, string>): Promise<string> {
    this.options.signal?.throwIfAborted();
    this.written.add(to);
    const path = join(this.target, to);
    await mkdir(dirname(path), { recursive: true });
    const hash = createHash("sha256");
    const count = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk);
        this.done += chunk.length;
        this.options.onProgress?.(this.done, this.total);
        done(null, chunk);
      },
    });
    const mode = to.startsWith("lib/") ? 0o755 : 0o644;
    try {
      await pipeline(await archive.open(name), count, createWriteStream(path, { flags: "wx", mode }));
    } catch (cause) {
      throw unusable(archive, `'${name}': ${(cause as Error).message}`, undefined, cause);
    }
    const expected = hashes.get(name);
    if (expected !== undefined && expected !== hash.digest("base64url")) {
      throw unusable(archive, `'${name}' does not match the sha256 that the wheel records for it`);
    }
    return path;
  }
}

function unusable(archive: Archive, reason: string, fix?: string, cause?: unknown): WsolError {
  return new WsolError("ERR_WSOL_LIBTORCH_FETCH", `cannot take LibTorch from '${archive.name}': ${reason}`, {
    details: { archive: archive.name },
    ...(fix !== undefined && { fix }),
    cause,
  });
}
