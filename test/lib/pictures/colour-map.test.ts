import { colourOf, type Rgb, SCORE_COLOURS } from "../../../lib/pictures/colour-map";

const lightness = ([red, green, blue]: Rgb) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

describe("the colour map", () => {
  it("goes from dark violet to yellow", () => {
    expect(colourOf(0)).toEqual([0x44, 0x01, 0x54]);
    expect(colourOf(1)).toEqual([0xfd, 0xe7, 0x25]);
  });

  it("gets lighter with every level, so that it reads in grey too", () => {
    const values = SCORE_COLOURS.map(lightness);
    expect(values.every((value, i) => i === 0 || value >= values[i - 1]! - 0.5)).toBe(true);
    expect(values.at(-1)! - values[0]!).toBeGreaterThan(150);
  });

  it("gives scores outside [0, 1] the nearest end's colour, and NaN that of 0", () => {
    expect(colourOf(-1)).toEqual(colourOf(0));
    expect(colourOf(7)).toEqual(colourOf(1));
    expect(colourOf(Number.NaN)).toEqual(colourOf(0));
  });
});
