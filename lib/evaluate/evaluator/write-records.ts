import { writeFileAtomically } from "../../files";
import type { ImageRecord } from "../../runs/evaluation";

/** Writes one JSON line per image. @throws ERR_WSOL_WRITE */
export async function writeRecords(path: string, records: Iterable<ImageRecord>): Promise<void> {
  await writeFileAtomically(path, lines(records));
}

function* lines(records: Iterable<ImageRecord>): Generator<Uint8Array> {
  for (const record of records) yield Buffer.from(`${JSON.stringify(record)}\n`);
}
