import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeImage } from "../../../../lib/data/images/decode";
import type { WsolError } from "../../../../lib/errors";
import { rejectionOf, removeTemporaryFolders, writeLayout } from "../layout";

afterAll(removeTemporaryFolders);

const FIXTURES = join(__dirname, "fixtures");
const fixture = (name: string) => join(FIXTURES, name);
const AS_IN_DATA_SETS = { cmyk: "refuse", applyOrientation: false } as const;

describe("decodeImage", () => {
  it("takes bytes as it takes a path", async () => {
    const bytes = await readFile(fixture("rgb.png"));
    const fromBytes = await decodeImage(new Uint8Array(bytes), AS_IN_DATA_SETS);
    expect(fromBytes).toEqual(await decodeImage(fixture("rgb.png"), AS_IN_DATA_SETS));
    expect(fromBytes.data).toHaveLength(21 * 14 * 3);
  });

  it("turns an image by its EXIF orientation only when asked to", async () => {
    const asStored = await decodeImage(fixture("rgb-exif-turned.jpg"), AS_IN_DATA_SETS);
    const turned = await decodeImage(fixture("rgb-exif-turned.jpg"), { ...AS_IN_DATA_SETS, applyOrientation: true });
    expect([asStored.width, asStored.height]).toEqual([21, 14]);
    expect([turned.width, turned.height]).toEqual([14, 21]);
    // A quarter turn clockwise: the bottom left corner comes to the top left.
    const bottomLeft = asStored.data.subarray(13 * 21 * 3, 13 * 21 * 3 + 3);
    expect([...turned.data.subarray(0, 3)]).toEqual([...bottomLeft]);
  });

  it("keeps the high byte of a 16-bit PNG", async () => {
    const { data } = await decodeImage(fixture("grey-16-bit.png"), AS_IN_DATA_SETS);
    const expected = Array.from({ length: 21 }, (_, x) => Array(3).fill((x * 3000) >> 8)).flat();
    expect([...data.subarray(0, 21 * 3)]).toEqual(expected);
  });

  it("converts a CMYK image only when told to", async () => {
    const error = (await rejectionOf(decodeImage(fixture("cmyk.jpg"), AS_IN_DATA_SETS))) as WsolError;
    expect(error).toMatchObject({ code: "ERR_WSOL_IMAGE", message: expect.stringContaining("cmyk.jpg") });
    expect(error.fix).toContain("data.cmyk");
    const converted = await decodeImage(fixture("cmyk.jpg"), { ...AS_IN_DATA_SETS, cmyk: "convert" });
    expect(converted.data).toHaveLength(21 * 14 * 3);
  });
});

describe("decodeImage rejects, naming the file,", () => {
  it.each<[string, (whole: (name: string) => Promise<Uint8Array>) => Promise<Uint8Array>]>([
    ["a zero-byte file", async () => new Uint8Array(0)],
    ["a text file", async () => new TextEncoder().encode("not an image, whatever its name says\n")],
    ["an SVG", async () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ["a JPEG cut in the middle", async (whole) => (await whole("rgb-420.jpg")).subarray(0, 700)],
    ["a JPEG without its end", async (whole) => (await whole("rgb-420.jpg")).subarray(0, 770)],
    ["a PNG cut in the middle", async (whole) => (await whole("rgb.png")).subarray(0, 500)],
    ["a bare JPEG signature", async () => Uint8Array.of(0xff, 0xd8, 0xff)],
    ["a PNG that claims 60000 x 60000 pixels", async (whole) => withPngWidth(await whole("rgb.png"), 60000)],
  ])("%s", async (_, make) => {
    const root = await writeLayout({ "bad.jpg": await make((name) => readFile(fixture(name))) });
    const error = (await rejectionOf(decodeImage(join(root, "bad.jpg"), AS_IN_DATA_SETS))) as WsolError;
    expect(error.code).toBe("ERR_WSOL_IMAGE");
    expect(error.message).toContain(join(root, "bad.jpg"));
  });

  it("a missing file and a folder", async () => {
    const root = await writeLayout({});
    for (const path of [join(root, "none.jpg"), root]) {
      const error = (await rejectionOf(decodeImage(path, AS_IN_DATA_SETS))) as WsolError;
      expect([error.code, error.message.includes(path)]).toEqual(["ERR_WSOL_IMAGE", true]);
    }
  });

  it("bytes, by the name that the caller gives them", async () => {
    const error = await rejectionOf(decodeImage(Uint8Array.of(1, 2, 3), { ...AS_IN_DATA_SETS, name: "upload 7" }));
    expect((error as Error).message).toContain("upload 7");
  });
});

/** The header's checksum is left as it was: the size must be refused before anything else is looked at, or read on error. */
function withPngWidth(png: Uint8Array, side: number): Uint8Array {
  const changed = new Uint8Array(png);
  const view = new DataView(changed.buffer);
  view.setUint32(16, side);
  view.setUint32(20, side);
  return changed;
}
