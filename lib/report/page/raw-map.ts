/** A map as the network gives it, row by row. */
export interface RawMap {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** The float32 values of a base64 text, little-endian whatever the machine. */
export function decodeFloats(base64: string): Float32Array {
  const view = new DataView(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
  return Float32Array.from({ length: view.byteLength / BYTES }, (_, index) => view.getFloat32(index * BYTES, true));
}
