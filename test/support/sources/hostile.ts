import { gzipSync } from "node:zlib";

export interface TarPart {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** @default "0" */
  readonly type?: string;
  /** Where a link leads. */
  readonly target?: string;
  /** What the header says, if not the truth: a number, or the text of the field. */
  readonly size?: number | string;
}

/** Bytes of a tar whose headers say what they are told; their checksums are right. */
export function madeUpTar(parts: readonly TarPart[], { end = true } = {}): Buffer {
  const blocks = parts.flatMap(({ name, content = "", type = "0", target = "", size }) => {
    const bytes = Buffer.from(content as Uint8Array);
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write("0000644\0", 100, "latin1");
    const digits = typeof size === "string" ? size : (size ?? bytes.length).toString(8).padStart(11, "0");
    header.write(digits, 124, 12, "latin1");
    header.write("        ", 148, "latin1");
    header.write(type, 156, "latin1");
    header.write(target, 157, 100);
    header.write("ustar\x0000", 257, "latin1");
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
      "latin1",
    );
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(end ? 1024 : 0)]);
}

/** A pax record: its own length in front. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

/** Some gigabytes of zeros in one entry of a gzipped tar of a few megabytes. */
export function gzipBomb(): Buffer {
  const member = gzipSync(Buffer.alloc(2 ** 26), { level: 9 });
  const start = gzipSync(madeUpTar([{ name: "images/a.jpg", size: 2 ** 32 }], { end: false }));
  return Buffer.concat([start, ...Array.from({ length: 64 }, () => member)]);
}
