import { runInNewContext } from "node:vm";
import { checkImageInput, type ImageInput, type RawImage } from "../../../lib/localize/image-input";
import { caught } from "../../support/caught";

const raw = (channels: number, data: Uint8Array, width = 2, height = 1) =>
  ({ data, width, height, channels }) as RawImage;

describe("checkImageInput", () => {
  test("passes paths and bytes through", () => {
    const bytes = Uint8Array.of(0xff, 0xd8);
    expect(checkImageInput("bird.jpg")).toBe("bird.jpg");
    expect(checkImageInput(bytes)).toBe(bytes);
    const buffer = Buffer.from([1]);
    expect(checkImageInput(buffer)).toBe(buffer);
  });

  test("accepts bytes of another realm", () => {
    const foreign = runInNewContext("Uint8Array.of(1, 2, 3)");
    expect(checkImageInput(foreign)).toBe(foreign);
    expect(checkImageInput(raw(3, runInNewContext("new Uint8Array(6)")))).toMatchObject({ width: 2, height: 1 });
  });

  test.each([
    ["grey becomes RGB", 1, [7, 9], [7, 7, 7, 9, 9, 9]],
    ["RGB stays", 3, [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]],
    ["the alpha of RGBA is dropped", 4, [1, 2, 3, 0, 4, 5, 6, 255], [1, 2, 3, 4, 5, 6]],
  ])("%s", (_, channels, given, expected) => {
    const image = checkImageInput(raw(channels, Uint8Array.from(given)));
    expect(image).toEqual({ data: Uint8Array.from(expected), width: 2, height: 1 });
  });

  test.each<[string, unknown, string, string]>([
    ["a number", 3, "image", "a path, bytes or pixels"],
    ["null", null, "image", "a path, bytes or pixels"],
    ["undefined", undefined, "image", "a path, bytes or pixels"],
    ["floats", new Float32Array(3), "image.data", "a Uint8Array"],
    [
      "a buffer without a view",
      { ...raw(3, new Uint8Array(6)), data: new ArrayBuffer(6) },
      "image.data",
      "a Uint8Array",
    ],
    ["a list of numbers", { ...raw(3, new Uint8Array(6)), data: [1, 2, 3, 4, 5, 6] }, "image.data", "a Uint8Array"],
    ["a width of 0", raw(3, new Uint8Array(0), 0), "image.width", "a positive whole number"],
    ["half a pixel", raw(3, new Uint8Array(6), 2, 0.5), "image.height", "a positive whole number"],
    ["a width of NaN", raw(3, new Uint8Array(6), Number.NaN), "image.width", "a positive whole number"],
    ["two channels", raw(2, new Uint8Array(4)), "image.channels", "1, 3 or 4"],
    ["too few bytes", raw(3, new Uint8Array(5)), "image.data", "2 x 1 x 3 = 6 bytes"],
    ["too many bytes", raw(1, new Uint8Array(3)), "image.data", "2 x 1 x 1 = 2 bytes"],
  ])("rejects %s", async (_, image, parameter, expected) => {
    const error = await caught(() => checkImageInput(image as ImageInput));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter, expected } });
    expect(error.message).toContain(`expected ${expected} for '${parameter}', got `);
  });
});
