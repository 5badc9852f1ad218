import { maskedCrc32c } from "./crc32c";

/** Field numbers of TensorFlow's `event.proto` and `summary.proto`: all that a scalar needs. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SUMMARY = { value: 1 } as const;
const SUMMARY_VALUE = { tag: 1, simpleValue: 2 } as const;
const SESSION_LOG = { status: 1 } as const;
const SESSION_START = 1;

/** The first event of every file. */
export function fileVersionEvent(wallTime: number): Uint8Array {
  return message(
    doubleField(EVENT.wallTime, wallTime),
    bytesField(EVENT.fileVersion, Buffer.from("brain.Event:2", "utf8")),
  );
}

/** Tells TensorBoard that training goes on at `step`: what earlier files hold from there on is void. */
export function sessionStartEvent(wallTime: number, step: number): Uint8Array {
  return message(
    doubleField(EVENT.wallTime, wallTime),
    varintField(EVENT.step, step),
    bytesField(EVENT.sessionLog, varintField(SESSION_LOG.status, SESSION_START)),
  );
}

export function scalarEvent(tag: string, value: number, step: number, wallTime: number): Uint8Array {
  const summaryValue = message(
    bytesField(SUMMARY_VALUE.tag, Buffer.from(tag, "utf8")),
    floatField(SUMMARY_VALUE.simpleValue, value),
  );
  return message(
    doubleField(EVENT.wallTime, wallTime),
    varintField(EVENT.step, step),
    bytesField(EVENT.summary, bytesField(SUMMARY.value, summaryValue)),
  );
}

/** TFRecord framing: length (uint64), its masked CRC, the data, its masked CRC; little endian. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = Buffer.alloc(12 + data.length + 4);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return record;
}

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

function message(...fields: Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

function key(field: number, wire: number): Uint8Array {
  return varint((field << 3) | wire);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function varintField(field: number, value: number): Uint8Array {
  return message(key(field, WIRE.varint), varint(value));
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return message(key(field, WIRE.bytes), varint(bytes.length), bytes);
}

function doubleField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return message(key(field, WIRE.fixed64), bytes);
}

function floatField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return message(key(field, WIRE.fixed32), bytes);
}
