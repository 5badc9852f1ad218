import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nearestSources, readTrueMask } from "../../../../lib/evaluate/evaluator/mask";
import { caught } from "../../../support/caught";
import { greyPng } from "../../../support/made-up-png";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();
const save = (name: string, content: Uint8Array) => writeFileSync(join(folder, name), content);
save("left.png", greyPng(3, 1, [1, 0, 0]));
save("middle.png", greyPng(3, 1, [0, 255, 0]));
save("ignore.png", greyPng(3, 1, [0, 255, 255]));

const read = async (instances: string[], ignore: string | null, width = 3, height = 1) => [
  ...(await readTrueMask({ instances, ignore }, folder, width, height)),
];

describe("readTrueMask", () => {
  test("unites the instances; a value of 1 is foreground", async () => {
    expect(await read(["left.png", "middle.png"], null)).toEqual([1, 1, 0]);
  });

  test("ignores what the ignore file marks, but for foreground", async () => {
    expect(await read(["left.png", "middle.png"], "ignore.png")).toEqual([1, 1, 255]);
  });

  test("ignores nothing without an ignore file", async () => {
    expect(await read(["left.png"], null)).toEqual([1, 0, 0]);
  });

  test("stretches files of different sizes to the map, columns and rows apart", async () => {
    mkdirSync(join(folder, "a"));
    save("a/tall.png", greyPng(1, 2, [0, 9]));
    expect(await read(["a/tall.png"], null, 2, 2)).toEqual([0, 0, 1, 1]);
    expect(await read(["left.png"], "a/tall.png", 3, 2)).toEqual([1, 0, 0, 1, 255, 255]);
  });

  test("rejects a file that is missing, a folder, too large or no PNG, by its name", async () => {
    save("words.png", Buffer.from("no picture"));
    save("huge.png", new Uint8Array(0));
    truncateSync(join(folder, "huge.png"), 2 ** 28 + 1);
    const of = async (name: string) => {
      const { code, message, details, fix } = await caught(() => read([name], null));
      expect([code, details.path]).toEqual(["ERR_WSOL_MASK", join(folder, name)]);
      return [message.replace(folder, "…"), fix];
    };
    expect(await of("none.png")).toEqual(["cannot read the mask '…/none.png': there is no such file", undefined]);
    expect(await of("huge.png")).toEqual([
      "cannot read the mask '…/huge.png': expected at most 268435456 bytes, got 268435457",
      undefined,
    ]);
    expect(await of("a")).toEqual(["cannot read the mask '…/a': it is no file", undefined]);
    expect(await of("words.png")).toEqual(["cannot read the mask '…/words.png': it is no PNG", "Save masks as PNG."]);
  });
});

describe("nearestSources", () => {
  test("is the identity for equal sizes and repeats pixels for smaller sources", () => {
    expect([...nearestSources(4, 4)]).toEqual([0, 1, 2, 3]);
    expect([...nearestSources(2, 5)]).toEqual([0, 0, 0, 1, 1]);
    expect([...nearestSources(1, 3)]).toEqual([0, 0, 0]);
  });

  test("divides twice in double, which differs from i * source / target for 82 sizes below 1200", () => {
    const differing = Array.from({ length: 1199 }, (_, at) => at + 1).filter((source) =>
      nearestSources(source, 224).some((index, at) => index !== Math.min(source - 1, Math.floor((at * source) / 224))),
    );
    expect(differing).toHaveLength(82);
  });
});
