import type { Rgb } from "./colour-map";

/** A part of the canvas in whole pixels; right and bottom are exclusive. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** An RGBA picture, transparent at first. What is drawn outside it is cut off. */
export class Canvas {
  readonly data: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.data = new Uint8Array(width * height * 4);
  }

  fill({ left, top, right, bottom }: Area, colour: Rgb): void {
    for (let y = Math.max(0, top); y < Math.min(this.height, bottom); y++) {
      for (let x = Math.max(0, left); x < Math.min(this.width, right); x++) this.#set(x, y, colour);
    }
  }

  /** Copies an RGB picture, height x width x 3. */
  paste(rgb: Uint8Array, width: number, height: number, left: number, top: number): void {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * 3;
        this.#set(left + x, top + y, [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!]);
      }
    }
  }

  /** A frame of `thickness` pixels just inside the area. */
  frame({ left, top, right, bottom }: Area, thickness: number, colour: Rgb): void {
    const [innerTop, innerBottom] = [Math.min(bottom, top + thickness), Math.max(top, bottom - thickness)];
    this.fill({ left, top, right, bottom: innerTop }, colour);
    this.fill({ left, top: innerBottom, right, bottom }, colour);
    this.fill({ left, top, right: Math.min(right, left + thickness), bottom }, colour);
    this.fill({ left: Math.max(left, right - thickness), top, right, bottom }, colour);
  }

  #set(x: number, y: number, colour: Rgb): void {
    this.data.set(colour, (y * this.width + x) * 4);
    this.data[(y * this.width + x) * 4 + 3] = 255;
  }
}

/** The area widened by `pixels` on every side. */
export function grow({ left, top, right, bottom }: Area, pixels: number): Area {
  return { left: left - pixels, top: top - pixels, right: right + pixels, bottom: bottom + pixels };
}
