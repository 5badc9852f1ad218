import { join } from "node:path";
import { runInNode } from "../../../support/compiled";

const PICTURE = join(__dirname, "fixtures", "rgb.png");

describe("the image library", () => {
  it("keeps the cache and the threads that the host has given it", () => {
    const program = `const sharp = require("sharp");
      sharp.cache({ memory: 7, files: 3, items: 11 });
      sharp.concurrency(2);
      const settings = () => JSON.stringify([sharp.cache().memory.max, sharp.cache().items.max, sharp.concurrency()]);
      const before = settings();
      compiled("data/images/decode").decodeImage(${JSON.stringify(PICTURE)}, { cmyk: "refuse", applyOrientation: false })
        .then(({ width }) => console.log(width, before, settings()));`;
    const { stdout, stderr } = runInNode(program);
    expect([stderr, stdout.trim()]).toEqual(["", "21 [7,11,2] [7,11,2]"]);
  });

  it("is loaded by the first picture that is decoded, not before", () => {
    const program = `const count = () => process.report.getReport().sharedObjects.filter((name) => /vips/.test(name)).length;
      const { decodeImage } = compiled("data/images/decode");
      const before = count();
      decodeImage(${JSON.stringify(PICTURE)}, { cmyk: "refuse", applyOrientation: false })
        .then(() => console.log(before, count() > 0));`;
    const { stdout, stderr } = runInNode(program);
    expect([stderr, stdout.trim()]).toEqual(["", "0 true"]);
  });
});
