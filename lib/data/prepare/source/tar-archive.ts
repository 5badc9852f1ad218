import { type FileHandle, open } from "node:fs/promises";
import { FileBytes, readAt } from "../../../formats/byte-reader";
import { FormatProblem } from "../../../formats/problem";
import { EntryList } from "./entry-list";
import { checkReadable } from "./readable";
import type { OpenArchiveOptions, SourceArchive } from "./source-archive";
import { filesOfTar } from "./tar-entries";
import { visitorOf } from "./visits";

/** A tar that is not compressed: listed by its headers alone, its content read where it lies. @throws FormatProblem */
export async function openTar(path: string, options: OpenArchiveOptions): Promise<SourceArchive> {
  const file = await open(path);
  try {
    const list = await listOf(file, options);
    const read = async (name: string): Promise<Buffer> => {
      const entry = list.places.get(name)!;
      checkReadable(entry);
      const bytes = await readAt(file, entry.place, entry.size);
      if (bytes.length < entry.size) throw new FormatProblem("it is truncated");
      return bytes;
    };
    return {
      entries: list.places,
      read,
      visit: visitorOf(list.places, read),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function listOf(file: FileHandle, options: OpenArchiveOptions): Promise<EntryList<number>> {
  const list = new EntryList<number>();
  const { size: end } = await file.stat();
  for await (const { folder, name, size, at } of filesOfTar(new FileBytes(file, 0, end), options)) {
    options.signal?.throwIfAborted();
    list.add(folder, name, size, at);
    options.onBytes(at);
  }
  options.onBytes(end);
  return list;
}
