import { deflateSync } from "node:zlib";
import { decode as decodeWithFastPng } from "fast-png";
import { decodeGreyPng, decodeIndexPng } from "../../../lib/formats/png";
import { caught } from "../../support/caught";
import { greyPng, madeUpPng, pngChunk, pngHeader, pngOf } from "../../support/made-up-png";

const grey = async (bytes: Uint8Array) => [...(await decodeGreyPng(bytes)).data];
const refusal = async (bytes: Uint8Array) => (await caught(() => decodeGreyPng(bytes))).message;

describe("decodeGreyPng", () => {
  test("expands grey of 1, 2 and 4 bits to 0..255, also where a row ends within a byte", async () => {
    const of = (depth: number, samples: number[]) =>
      grey(madeUpPng({ width: 3, height: 2, colour: 0, depth, samples }));
    expect(await of(1, [1, 0, 1, 0, 1, 0])).toEqual([255, 0, 255, 0, 255, 0]);
    expect(await of(2, [0, 1, 2, 3, 1, 0])).toEqual([0, 85, 170, 255, 85, 0]);
    expect(await of(4, [0, 1, 15, 8, 2, 3])).toEqual([0, 17, 255, 136, 34, 51]);
  });

  test("keeps the high byte of 16 bits, so that 255 of 65535 is background", async () => {
    const png = madeUpPng({ width: 4, height: 1, colour: 0, depth: 16, samples: [255, 256, 65535, 0] });
    expect(await grey(png)).toEqual([0, 1, 255, 0]);
  });

  test("weighs the colours of a palette, not its indices", async () => {
    const palette = [0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 8, 0, 0, 9];
    const png = madeUpPng({ width: 5, height: 1, colour: 3, depth: 4, samples: [0, 1, 2, 3, 4], palette });
    expect(await grey(png)).toEqual([0, 255, 76, 0, 1]);
  });

  test("keeps a palette's grey of 1 at 1, which double arithmetic would truncate to 0", async () => {
    const png = madeUpPng({ width: 1, height: 1, colour: 3, depth: 8, samples: [0], palette: [1, 1, 1] });
    expect(await grey(png)).toEqual([1]);
  });

  test("weighs RGB and ignores alpha, with 8 and 16 bits", async () => {
    const colours = [255, 0, 0, 9, 0, 255, 0, 0];
    expect(await grey(madeUpPng({ width: 2, height: 1, colour: 6, depth: 8, samples: colours }))).toEqual([76, 149]);
    const wide = colours.map((value) => value * 256 + 17);
    expect(await grey(madeUpPng({ width: 2, height: 1, colour: 6, depth: 16, samples: wide }))).toEqual([76, 149]);
    const greyAlpha = madeUpPng({ width: 2, height: 1, colour: 4, depth: 8, samples: [7, 0, 0, 255] });
    expect(await grey(greyAlpha)).toEqual([7, 0]);
  });

  test.each([0, 2, 4, 6])("undoes all five row filters in colour type %i", async (colour) => {
    const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[colour]!;
    const samples = Array.from({ length: 7 * 10 * channels }, (_, at) => (at * 37 + at * at) % 256);
    const png = { width: 7, height: 10, colour, depth: 8, samples };
    expect(await grey(madeUpPng({ ...png, filters: [4, 3, 2, 1, 0] }))).toEqual(await grey(madeUpPng(png)));
  });

  test.each([
    [1, 1],
    [4, 9],
    [8, 5],
    [17, 13],
  ])("puts the pixels of an interlaced image of %i x %i in their places", async (width, height) => {
    const samples = Array.from({ length: width * height }, (_, at) => (at * 31) % 256);
    const png = madeUpPng({ width, height, colour: 0, depth: 8, samples, isInterlaced: true, filters: [1, 4, 2] });
    expect(await grey(png)).toEqual(samples);
    expect([...decodeWithFastPng(png).data]).toEqual(samples);
  });

  test("reads data split over several chunks, between others that it passes over", async () => {
    const stream = deflateSync(Buffer.from([0, 1, 2, 3]));
    const png = pngOf(
      pngHeader({ width: 3, height: 1, colour: 0, depth: 8 }),
      pngChunk("tEXt", Buffer.from("words")),
      ...Array.from(stream, (_, at) => pngChunk("IDAT", stream.subarray(at, at + 1))),
      pngChunk("IEND", Buffer.alloc(0)),
    );
    expect(await grey(png)).toEqual([1, 2, 3]);
  });

  test("rejects what is no PNG, and what ends early", async () => {
    const png = greyPng(3, 2, [0, 1, 2, 3, 4, 5]);
    expect(await refusal(Buffer.alloc(0))).toBe("the file is empty");
    expect(await refusal(Buffer.from("GIF89a, not a PNG"))).toBe("it is no PNG");
    for (let length = 8; length < png.length; length++) {
      expect(await refusal(png.subarray(0, length))).toBe("it is truncated");
    }
  });

  test("rejects pixel data that is damaged, too short, or too long for the header", async () => {
    const withData = (data: Uint8Array) =>
      pngOf(
        pngHeader({ width: 2, height: 2, colour: 0, depth: 8 }),
        pngChunk("IDAT", data),
        pngChunk("IEND", Buffer.alloc(0)),
      );
    expect(await refusal(withData(Buffer.from("nothing deflated")))).toBe("its pixel data is damaged");
    expect(await refusal(withData(deflateSync(Buffer.alloc(5))))).toMatch("has 5 bytes, expected 6");
    expect(await refusal(withData(deflateSync(Buffer.alloc(6)).subarray(0, 6)))).toBe("its pixel data is truncated");
    expect(await refusal(withData(deflateSync(Buffer.alloc(2 ** 24))))).toMatch("more pixel data than 6 bytes");
    expect(await refusal(withData(deflateSync(Buffer.from([7, 0, 0, 0, 0, 0]))))).toMatch("unknown filter 7");
  });

  test("rejects an image of too many pixels before unpacking it", async () => {
    const png = pngOf(
      pngHeader({ width: 2 ** 31 - 1, height: 2 ** 31 - 1, colour: 6, depth: 16 }),
      pngChunk("IDAT", deflateSync(Buffer.alloc(100))),
      pngChunk("IEND", Buffer.alloc(0)),
    );
    expect(await refusal(png)).toMatch("expected at most 67108864 pixels");
  });

  test("rejects a wrong checksum, kinds that do not exist, and chunks out of place", async () => {
    const good = { width: 1, height: 1, colour: 0, depth: 8, samples: [0] };
    const damaged = Buffer.from(madeUpPng(good));
    damaged[17]! ^= 1;
    expect(await refusal(damaged)).toBe("the checksum of its IHDR chunk is wrong");
    expect(await refusal(pngOf(pngHeader({ ...good, depth: 3 })))).toMatch("colour type 0 with 3 bits");
    expect(await refusal(pngOf(pngHeader({ ...good, colour: 5 })))).toMatch("colour type 5 with 8 bits");
    expect(await refusal(pngOf(pngHeader({ ...good, width: 0 })))).toBe("its size is 0x1");
    expect(await refusal(pngOf(pngChunk("IDAT", Buffer.alloc(3))))).toBe("its first chunk is not IHDR");
    const end = pngChunk("IEND", Buffer.alloc(0));
    expect(await refusal(pngOf(pngHeader(good), end))).toBe("it has no pixel data");
    expect(await refusal(pngOf(pngHeader(good), pngHeader(good), end))).toBe("it has an unexpected chunk IHDR");
    const palette = { ...good, colour: 3 };
    expect(await refusal(madeUpPng(palette))).toBe("it has no palette");
    expect(await refusal(madeUpPng({ ...palette, samples: [2], palette: [0, 0, 0] }))).toMatch("no palette entry");
  });
});

describe("decodeIndexPng", () => {
  const indices = async (png: Parameters<typeof madeUpPng>[0]) => {
    const { data, isPalette } = await decodeIndexPng(madeUpPng(png));
    return { data: [...data], isPalette };
  };

  test("reads a palette's indices, whatever its colours, also two entries of one colour", async () => {
    const palette = Array.from({ length: 256 * 3 }, (_, at) => (at < 9 ? 0 : at % 256));
    const png = { width: 3, height: 2, colour: 3, depth: 8, samples: [0, 1, 2, 20, 255, 0], palette };
    expect(await indices(png)).toEqual({ data: [0, 1, 2, 20, 255, 0], isPalette: true });
    expect(await indices({ ...png, isInterlaced: true, filters: [4, 1] })).toEqual({
      data: png.samples,
      isPalette: true,
    });
  });

  test.each([1, 2, 4, 8, 16])("reads grey levels of %i bits as they are stored", async (depth) => {
    const samples = [0, 1, 2 ** depth - 1, 1, 0, 2 ** depth - 2];
    expect(await indices({ width: 3, height: 2, colour: 0, depth, samples })).toEqual({
      data: samples,
      isPalette: false,
    });
  });

  test.each([1, 2, 4])("reads indices of %i bits, also where a row ends within a byte", async (depth) => {
    const samples = [1, 0, 1, 1, 1, 0];
    const png = { width: 3, height: 2, colour: 3, depth, samples, palette: [9, 9, 9, 9, 9, 9] };
    expect(await indices(png)).toEqual({ data: samples, isPalette: true });
  });

  test("rejects colour, alpha, and an index beyond the palette", async () => {
    const one = { width: 1, height: 1, depth: 8, palette: [0, 0, 0] };
    const of = async (png: Parameters<typeof madeUpPng>[0]) => (await caught(() => indices(png))).message;
    expect(await of({ ...one, colour: 2, samples: [1, 2, 3] })).toMatch("it has colours or alpha");
    expect(await of({ ...one, colour: 4, samples: [1, 2] })).toMatch("it has colours or alpha");
    expect(await of({ ...one, colour: 3, samples: [1] })).toBe("it has a pixel of no palette entry");
  });
});
