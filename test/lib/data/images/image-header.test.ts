import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { readPlainHeader } from "../../../../lib/data/images/image-header";

const FIXTURES = join(__dirname, "fixtures");

test("the size is the one that the library finds, of whatever is read off a header", async () => {
  const names = (await readdir(FIXTURES)).filter((name) => /\.(jpe?g|png|webp)$/.test(name));
  let plain = 0;
  for (const name of names) {
    const bytes = await readFile(join(FIXTURES, name));
    const header = readPlainHeader(bytes);
    const { width, height, space } = await sharp(bytes).metadata();
    if (header === null) continue;
    plain++;
    expect({ name, ...header }).toEqual({ name, width, height });
    expect({ name, space }).not.toEqual({ name, space: "cmyk" });
  }
  expect(plain).toBeGreaterThan(3);
});

test.each(["mozjpeg", "progressive", "grey", "chroma"])("a JPEG that is %s has its size in its frame", async (kind) => {
  const image = sharp({ create: { width: 301, height: 77, channels: 3, background: "#a40" } });
  const bytes = await (kind === "grey" ? image.greyscale() : image)
    .withMetadata()
    .jpeg({
      mozjpeg: kind === "mozjpeg",
      progressive: kind === "progressive",
      ...(kind === "chroma" && { chromaSubsampling: "4:4:4" }),
    })
    .toBuffer();
  expect(readPlainHeader(bytes)).toEqual({ width: 301, height: 77 });
});

test("nothing is read off a CMYK image, another kind, or a header that ends early or is out of order", async () => {
  expect(readPlainHeader(await readFile(join(FIXTURES, "cmyk.jpg")))).toBeNull();
  const jpeg = await readFile(join(FIXTURES, "rgb-420.jpg"));
  const png = await readFile(join(FIXTURES, "rgb.png"));
  for (let end = 0; end < 100; end++) {
    expect([readPlainHeader(png.subarray(0, end)), end >= 24]).toEqual([
      end >= 24 ? expect.anything() : null,
      end >= 24,
    ]);
    expect(() => readPlainHeader(jpeg.subarray(0, end))).not.toThrow();
  }
  expect(readPlainHeader(Buffer.from("RIFF1234WEBPVP8 "))).toBeNull();
  expect(readPlainHeader(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 1, 2]))).toBeNull();
  expect(readPlainHeader(Buffer.from([0xff, 0xd8, 0xff, 0xff, 0xe0, 0, 2, 0xff, 0xc0]))).toBeNull();
  expect(readPlainHeader(new Uint8Array(0))).toBeNull();
});
