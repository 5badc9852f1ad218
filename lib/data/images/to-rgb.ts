/** Rows of 8-bit pixels as RGB. One channel is grey, two are grey and alpha, four are RGB and alpha; alpha is dropped. */
export function toRgb(data: Uint8Array, channels: 1 | 2 | 3 | 4): Uint8Array {
  if (channels === 3) return data;
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  const isGrey = channels <= 2;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[i * channels + (isGrey ? 0 : c)] as number;
  }
  return rgb;
}
