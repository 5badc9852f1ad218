/** What the first bytes of a file say of its image. */
export interface StoredSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of an 8-bit JPEG of one or three channels, or of a PNG, read off its header; null for whatever is of another kind,
 * or not as plain: the library that decodes must look then.
 */
export function readPlainHeader(bytes: Uint8Array): StoredSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return bytes[0] === 0xff ? readJpeg(view) : bytes[0] === 0x89 ? readPng(view) : null;
  } catch {
    // It ends inside its header.
    return null;
  }
}

const IHDR = 0x49484452;

function readPng(view: DataView): StoredSize | null {
  const isHeader = view.getUint32(8) === 13 && view.getUint32(12) === IHDR;
  return isHeader ? sized(view.getUint32(16), view.getUint32(20)) : null;
}

/** The start-of-frame markers of Huffman and arithmetic coding: those that no frame starts with are DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Segment by segment up to the frame; anything but a segment in between is left to the library. */
function readJpeg(view: DataView): StoredSize | null {
  for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (!isFrame(marker)) {
      const hasLength = marker === 0xc4 || marker === 0xdb || marker === 0xdd || marker >= 0xe0;
      if (!hasLength || marker === 0xff || view.getUint16(at + 2) < 2) return null;
      continue;
    }
    const [precision, channels] = [view.getUint8(at + 4), view.getUint8(at + 9)];
    const isPlain = precision === 8 && (channels === 1 || channels === 3);
    return isPlain ? sized(view.getUint16(at + 7), view.getUint16(at + 5)) : null;
  }
  return null;
}

function sized(width: number, height: number): StoredSize | null {
  return width > 0 && height > 0 ? { width, height } : null;
}
