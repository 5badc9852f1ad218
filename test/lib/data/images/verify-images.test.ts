import { Dataset } from "../../../../lib/data/dataset";
import { verifyImages } from "../../../../lib/data/images/verify-images";
import type { WsolError } from "../../../../lib/errors";
import { rejectionOf, removeTemporaryFolders, splitFiles, writeLayout } from "../layout";

afterAll(removeTemporaryFolders);

const openWith = async (images: Readonly<Record<string, string>>) =>
  (await Dataset.open(await writeLayout({ ...splitFiles(), ...images }))).split("test");

describe("verifyImages", () => {
  it("accepts a split whose images are all there", async () => {
    const split = await openWith({ "images/a/1.jpg": "x", "images/b/2.jpg": "x" });
    await expect(verifyImages(split)).resolves.toBeUndefined();
  });

  it.each([
    ["missing", { "images/a/1.jpg": "x" }, "does not exist"],
    ["empty", { "images/a/1.jpg": "x", "images/b/2.jpg": "" }, "is empty"],
    ["a folder", { "images/a/1.jpg": "x", "images/b/2.jpg/x": "x" }, "is not a file"],
  ])("rejects a split with an image that is %s, naming it", async (_, images, problem) => {
    const split = await openWith(images);
    const error = (await rejectionOf(verifyImages(split))) as WsolError;
    expect(error).toMatchObject({ code: "ERR_WSOL_IMAGE", details: { image: "b/2.jpg" } });
    expect(error.message).toContain(problem);
  });

  it("names the first missing image of several", async () => {
    expect(await rejectionOf(verifyImages(await openWith({})))).toMatchObject({ details: { image: "a/1.jpg" } });
  });

  it("stops when the signal aborts", async () => {
    expect(await rejectionOf(verifyImages(await openWith({}), { signal: AbortSignal.abort("stop") }))).toBe("stop");
  });
});
