import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { crc32c } from "../../../lib/logs/crc32c";
import { EventFile } from "../../../lib/logs/tensorboard";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();

/** Splits a TFRecord file, checking both checksums of every record. */
function recordsOf(bytes: Buffer): Buffer[] {
  const unmask = (masked: number) => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    expect(unmask(bytes.readUInt32LE(at + 8))).toBe(crc32c(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(unmask(bytes.readUInt32LE(at + 12 + length))).toBe(crc32c(data));
    records.push(data);
    at += 12 + length + 4;
  }
  return records;
}

type Field = number | Buffer;

/** A protobuf message as field number to value; no repeated fields. */
function fieldsOf(bytes: Buffer): Record<number, Field> {
  const fields: Record<number, Field> = {};
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const field = key >> 3;
    switch (key & 7) {
      case 0:
        fields[field] = varint();
        break;
      case 1:
        fields[field] = bytes.readDoubleLE(at);
        at += 8;
        break;
      case 2: {
        const length = varint();
        fields[field] = bytes.subarray(at, at + length);
        at += length;
        break;
      }
      case 5:
        fields[field] = bytes.readFloatLE(at);
        at += 4;
        break;
      default:
        throw new Error(`unexpected wire type in ${key}`);
    }
  }
  return fields;
}

function eventsIn(path: string): Record<number, Field>[] {
  return recordsOf(readFileSync(path)).map(fieldsOf);
}

function scalarOf(event: Record<number, Field>): unknown {
  const value = fieldsOf(fieldsOf(event[5] as Buffer)[1] as Buffer);
  return { wallTime: event[1], step: event[2], tag: String(value[1]), value: value[2] };
}

describe("an event file", () => {
  it("begins with the format's version and holds scalars with tag, value, step and time", async () => {
    const file = await EventFile.open(await mkdtemp(join(root, "scalars-")));
    file.scalar("train/loss", 0.5, 31, 1_700_000_000.25);
    file.scalar("val/ünicode", -3, 5_000_000_000, 1_700_000_001);
    await file.close();
    const [version, , ...scalars] = eventsIn(file.path);
    expect(String(version![3])).toBe("brain.Event:2");
    expect(scalars.map(scalarOf)).toEqual([
      { wallTime: 1_700_000_000.25, step: 31, tag: "train/loss", value: 0.5 },
      { wallTime: 1_700_000_001, step: 5_000_000_000, tag: "val/ünicode", value: -3 },
    ]);
  });

  it("has the name that TensorBoard looks for", async () => {
    const folder = await mkdtemp(join(root, "name-"));
    await (await EventFile.open(folder)).close();
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.[\w-]+\.wsol$/)]);
  });

  it("holds after a flush all that was added before", async () => {
    const file = await EventFile.open(await mkdtemp(join(root, "flush-")));
    file.scalar("a", 1, 1);
    await file.flush();
    file.scalar("a", 2, 2);
    expect(eventsIn(file.path)).toHaveLength(3);
    await file.close();
    expect(eventsIn(file.path)).toHaveLength(4);
  });

  it("keeps the order of flushes that are not awaited", async () => {
    const file = await EventFile.open(await mkdtemp(join(root, "order-")));
    const flushes = [1, 2, 3].map((step) => {
      file.scalar("a", step, step);
      return file.flush();
    });
    await Promise.all([...flushes, file.close()]);
    expect(
      eventsIn(file.path)
        .slice(2)
        .map((event) => event[2]),
    ).toEqual([1, 2, 3]);
  });

  it("leaves earlier files of the folder alone, also those of the same second, and sorts after them", async () => {
    const folder = await mkdtemp(join(root, "resumed-"));
    const paths: string[] = [];
    for (let session = 0; session < 3; session++) {
      const file = await EventFile.open(folder);
      file.scalar("a", session, session);
      await file.close();
      paths.push(file.path);
    }
    expect(readdirSync(folder).sort()).toEqual(paths.map((path) => path.slice(folder.length + 1)));
    expect(paths.map((path) => eventsIn(path).at(-1)![2])).toEqual([0, 1, 2]);
  });

  it("tells where a session begins: at 0 in a new folder, later at the step that a resumed run goes on at", async () => {
    const folder = await mkdtemp(join(root, "session-"));
    const starts: unknown[] = [];
    for (const options of [{ resumeAt: 5 }, { resumeAt: 62 }, {}]) {
      const file = await EventFile.open(folder, options);
      await file.close();
      for (const event of eventsIn(file.path).slice(1)) starts.push([event[2], fieldsOf(event[7] as Buffer)]);
    }
    expect(starts).toEqual([
      [0, { 1: 1 }],
      [62, { 1: 1 }],
    ]);
  });

  it("may be closed twice", async () => {
    const file = await EventFile.open(await mkdtemp(join(root, "twice-")));
    await file.close();
    await expect(file.close()).resolves.toBeUndefined();
  });

  it("rejects a folder that is not there, naming the file", async () => {
    const error = await caught(() => EventFile.open(join(root, "absent")));
    expect(error).toMatchObject({ code: "ERR_WSOL_WRITE", message: expect.stringContaining("absent") });
  });

  it.each([
    ["step", "a", 1, -1],
    ["step", "a", 1, 0.5],
    ["tag", "", 1, 1],
    ["value", "a", "1", 1],
  ])("rejects a wrong %s", async (parameter, tag, value, step) => {
    const file = await EventFile.open(await mkdtemp(join(root, "misuse-")));
    const error = await caught(() => file.scalar(tag, value as number, step));
    await file.close();
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter } });
  });
});
