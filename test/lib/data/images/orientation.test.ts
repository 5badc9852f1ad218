import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { decodeImage } from "../../../../lib/data/images/decode";
import { isTurned, type Orientation, readImageHeader, uprightBox } from "../../../../lib/data/images/orientation";
import type { Box } from "../../../../lib/data/split";
import { temporaryFolder } from "../../../support/temporary-folder";

const root = temporaryFolder();
const [WIDTH, HEIGHT] = [40, 24];
/** Blocks of 8 pixels, which JPEG keeps apart. */
const BOX: Box = [8, 0, 31, 7];

/** A black image, white inside {@link BOX}, with an EXIF orientation. */
async function writeTurned(orientation: Orientation): Promise<string> {
  const data = new Uint8Array(WIDTH * HEIGHT).map((_, pixel) => {
    const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    return x >= BOX[0] && x <= BOX[2] && y >= BOX[1] && y <= BOX[3] ? 255 : 0;
  });
  const path = join(root, `${orientation}.jpg`);
  const jpeg = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).jpeg({ quality: 100 });
  await writeFile(path, await jpeg.withMetadata({ orientation }).toBuffer());
  return path;
}

/** The box of the white pixels. */
async function whiteBox(path: string): Promise<Box> {
  const { data, width } = await decodeImage(path, { cmyk: "refuse", applyOrientation: true });
  const white = Array.from({ length: data.length / 3 }, (_, pixel) => pixel).filter((pixel) => data[pixel * 3]! > 127);
  const [xs, ys] = [white.map((pixel) => pixel % width), white.map((pixel) => Math.floor(pixel / width))];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

describe("an image's EXIF orientation", () => {
  test.each<Orientation>([1, 2, 3, 4, 5, 6, 7, 8])(
    "%d puts a box where the upright image has its pixels",
    async (orientation) => {
      const path = await writeTurned(orientation);
      const header = await readImageHeader(path);
      expect(header).toEqual({ size: [WIDTH, HEIGHT], orientation, isCmyk: false });
      expect(uprightBox(BOX, header)).toEqual(await whiteBox(path));
    },
  );

  test("swaps the sides from 5 on", () => {
    const all = [1, 2, 3, 4, 5, 6, 7, 8] as const;
    expect(all.filter(isTurned)).toEqual([5, 6, 7, 8]);
  });

  test("is read off a photograph, and 1 for an image without one", async () => {
    const fixture = (name: string) => readImageHeader(join(__dirname, "fixtures", name));
    expect(await fixture("rgb-exif-turned.jpg")).toEqual({ size: [21, 14], orientation: 6, isCmyk: false });
    expect(await fixture("rgb.png")).toEqual({ size: [21, 14], orientation: 1, isCmyk: false });
  });
});
