import { zipParts } from "../../lib/formats/zip/write-zip";

const COUNT = 65;
const SIZE = 2 ** 26;

test("zip entries behind 4 GiB have their offsets in zip64 fields", () => {
  // One buffer, which no one copies, is the content of all; only the records around it are kept.
  const content = Buffer.alloc(SIZE);
  const contents = Array.from({ length: COUNT }, (_, index) => ({ name: `${index}`, content }));
  const kept = [...zipParts(contents, 64)].filter((part) => part !== content) as Buffer[];
  const headers = kept.slice(0, COUNT).map((header) => header.length);
  const offset = headers.slice(0, -1).reduce((bytes, header) => bytes + header + SIZE, 0);
  expect(offset).toBeGreaterThan(2 ** 32);

  const [directory, end] = kept.slice(COUNT) as [Buffer, Buffer];
  const last = directory.subarray(directory.lastIndexOf("PK\x01\x02"));
  expect([last.readUInt32LE(20), last.readUInt32LE(24), last.readUInt32LE(42)]).toEqual([SIZE, SIZE, 2 ** 32 - 1]);
  expect([last.readUInt16LE(48), last.readUInt16LE(50)]).toEqual([1, 8]);
  expect(Number(last.readBigUInt64LE(52))).toBe(offset);
  expect(end.toString("latin1", 0, 4)).toBe("PK\x06\x06");
  expect([Number(end.readBigUInt64LE(24)), Number(end.readBigUInt64LE(40))]).toEqual([COUNT, directory.length]);
  expect(Number(end.readBigUInt64LE(48))).toBe(offset + headers.at(-1)! + SIZE);
  expect(end.readUInt32LE(end.length - 6)).toBe(2 ** 32 - 1);
}, 120_000);
