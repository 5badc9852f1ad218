export type Colour = readonly [red: number, green: number, blue: number];
/** How much of the pixel at (x, y) a shape covers, 0 to 1. */
export type Coverage = (x: number, y: number) => number;
export type Paint = (x: number, y: number) => Colour;

export interface Bounds {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A square picture of floats in [0, 1], RGB. Pixel (x, y) is sampled at its centre, (x + 0.5, y + 0.5). */
export class Drawing {
  readonly pixels: Float32Array;
  readonly bounds: Bounds;

  constructor(readonly side: number) {
    this.pixels = new Float32Array(side * side * 3);
    this.bounds = { x0: 0, y0: 0, x1: side, y1: side };
  }

  /** Blends `paint` over the pixels that `coverage` says. */
  draw(bounds: Bounds, coverage: Coverage, paint: Paint): void {
    this.#forEach(bounds, (x, y, at) => {
      const alpha = coverage(x, y);
      if (alpha <= 0) return;
      const colour = paint(x, y);
      for (let c = 0; c < 3; c++) {
        const below = this.pixels[at + c] as number;
        this.pixels[at + c] = below + alpha * ((colour[c] as number) - below);
      }
    });
  }

  /** Changes every pixel's value by `change`, one call per pixel and channel. */
  adjust(change: (value: number, x: number, y: number) => number): void {
    this.#forEach(this.bounds, (x, y, at) => {
      for (let c = 0; c < 3; c++) this.pixels[at + c] = change(this.pixels[at + c] as number, x, y);
    });
  }

  /** RGB, 8 bit. */
  toBytes(): Uint8Array {
    const bytes = new Uint8ClampedArray(this.pixels.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = 255 * (this.pixels[i] as number);
    return new Uint8Array(bytes.buffer);
  }

  #forEach(bounds: Bounds, visit: (x: number, y: number, at: number) => void): void {
    const { side } = this;
    const x1 = Math.min(side, Math.ceil(bounds.x1));
    const y1 = Math.min(side, Math.ceil(bounds.y1));
    for (let y = Math.max(0, Math.floor(bounds.y0)); y < y1; y++) {
      for (let x = Math.max(0, Math.floor(bounds.x0)); x < x1; x++) visit(x + 0.5, y + 0.5, (y * side + x) * 3);
    }
  }
}

/** Hue in turns, saturation and value in [0, 1]. */
export function hsv(hue: number, saturation: number, value: number): Colour {
  const channel = (offset: number) => {
    const k = (offset + (((hue % 1) + 1) % 1) * 6) % 6;
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [channel(5), channel(3), channel(1)];
}

export function blend(a: Colour, b: Colour, amount: number): Colour {
  return [a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount];
}

export function shade(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}
