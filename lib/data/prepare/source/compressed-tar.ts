import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip, type Gunzip } from "node:zlib";
import { type ByteReader, StreamBytes } from "../../../formats/byte-reader";
import { FormatProblem } from "../../../formats/problem";
import { EntryList } from "./entry-list";
import { LIMITS, mostUnpacked } from "./limits";
import { checkReadable, tooLarge } from "./readable";
import type { OpenArchiveOptions, SourceArchive } from "./source-archive";
import { filesOfTar } from "./tar-entries";
import { withVisits } from "./visits";

/**
 * A gzipped tar: it can only be read from its start, so that listing it also keeps the texts that the format looks into, and
 * all else is read in a second pass. @throws FormatProblem
 */
export async function openCompressedTar(archive: string, options: OpenArchiveOptions): Promise<SourceArchive> {
  const list = new EntryList<null>();
  const kept = new Map<string, Buffer>();
  let keptBytes = 0;
  await unpack(archive, options.onBytes, async (bytes) => {
    for await (const { folder, name, size, content } of filesOfTar(bytes, options)) {
      options.signal?.throwIfAborted();
      list.add(folder, name, size, null);
      if (!options.looksInto(folder + name)) continue;
      checkReadable({ path: folder + name, size }, LIMITS.textBytes);
      keptBytes += size;
      if (keptBytes > LIMITS.keptBytes) throw new FormatProblem(`its texts have more than ${LIMITS.keptBytes} bytes`);
      // A copy: what is taken may be a part of a larger chunk, which it would keep in memory.
      kept.set(folder + name, Buffer.from(await takeWhole(content, size)));
    }
  });
  return {
    entries: list.places,
    async read(name) {
      const bytes = kept.get(name);
      if (bytes === undefined) throw new Error(`'${name}' was not kept: the format's looksInto leaves it out`);
      return bytes;
    },
    visit: (paths, visit, signal) =>
      withVisits(visit, signal, (visits) =>
        unpack(
          archive,
          () => undefined,
          async (bytes) => {
            for await (const { folder, name, size, content } of filesOfTar(bytes, options)) {
              signal?.throwIfAborted();
              const path = folder + name;
              if (!paths.has(path)) continue;
              if (size > LIMITS.entryBytes) {
                await visits.begin(path, async () => tooLarge({ path, size }));
              } else {
                const whole = await takeWhole(content, size);
                await visits.begin(path, async () => whole);
              }
            }
          },
        ),
      ),
    close: async () => kept.clear(),
  };
}

async function unpack(
  path: string,
  onBytes: (bytes: number) => void,
  work: (bytes: ByteReader) => Promise<void>,
): Promise<void> {
  const { size } = await stat(path);
  const file = createReadStream(path, { highWaterMark: 2 ** 18 });
  const gunzip = createGunzip({ chunkSize: 2 ** 16 });
  pipeline(file, gunzip, () => undefined);
  try {
    await work(
      new StreamBytes(
        counted(gunzip, () => onBytes(file.bytesRead)),
        mostUnpacked(size),
      ),
    );
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code.startsWith("Z_")) throw new FormatProblem(`it is damaged or incomplete (${(error as Error).message})`);
    throw error;
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

async function* counted(gunzip: Gunzip, onChunk: () => void): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of gunzip) {
    onChunk();
    yield chunk as Buffer;
  }
}

async function takeWhole(content: ByteReader, size: number): Promise<Buffer> {
  const bytes = await content.take(size);
  if (bytes.length < size) throw new FormatProblem("it is truncated");
  return bytes;
}
