import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSplit } from "../../../../lib/data/split";
import { packMask, unpackMask } from "../../../../lib/evaluate/evaluator/packed-mask";
import { TrueMasks } from "../../../../lib/evaluate/evaluator/true-masks";
import { decodeGreyPng } from "../../../../lib/formats/png";
import { greyPng } from "../../../support/made-up-png";
import { temporaryFolder } from "../../../support/temporary-folder";

const root = temporaryFolder();
const folder = join(root, "masks");
const split = makeSplit({
  ...{ name: "val", root, ids: ["a", "b"], labels: Int32Array.of(0, 1), boxes: null, sizes: null },
  masks: [
    { instances: ["a.png"], ignore: "void.png" },
    { instances: ["b.png"], ignore: null },
  ],
});
const A = [1, 255, 0, 1, 0, 0];
const B = [0, 1, 0, 1, 1, 1];

beforeEach(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "a.png"), greyPng(3, 2, [9, 0, 0, 9, 0, 0]));
  writeFileSync(join(folder, "void.png"), greyPng(3, 2, [1, 1, 0, 0, 0, 0]));
  writeFileSync(join(folder, "b.png"), greyPng(3, 2, [0, 1, 0, 1, 1, 1]));
});

const SIZE = { width: 3, height: 2 };
const read = async (masks: TrueMasks, pairs: number[], size = SIZE) => [
  ...(await masks.read(split, folder, pairs, size)),
];

test("masks are read once, and given again from memory in any order", async () => {
  const masks = new TrueMasks();
  expect(await read(masks, [0, 1])).toEqual([...A, ...B]);
  rmSync(folder, { recursive: true });
  expect(await read(masks, [1, 0])).toEqual([...B, ...A]);
  const withoutBoxes = { ...split, boxes: null };
  expect([...(await masks.read(withoutBoxes, folder, [0], SIZE))]).toEqual(A);
});

test("another size or folder is read anew, and then kept instead", async () => {
  const masks = new TrueMasks();
  await read(masks, [0]);
  expect(await read(masks, [0], { width: 6, height: 2 })).toHaveLength(12);
  rmSync(join(folder, "a.png"));
  expect(await read(masks, [0], { width: 6, height: 2 })).toHaveLength(12);
  await expect(read(masks, [0])).rejects.toMatchObject({ code: "ERR_WSOL_MASK" });
  await expect(masks.read(split, join(root, "other"), [1], SIZE)).rejects.toMatchObject({ code: "ERR_WSOL_MASK" });
});

test("no more is kept than was allowed: two bits a pixel", async () => {
  const masks = new TrueMasks(2);
  await read(masks, [0]);
  await read(masks, [1]);
  rmSync(folder, { recursive: true });
  expect(await read(masks, [0])).toEqual(A);
  await expect(read(masks, [1])).rejects.toMatchObject({ code: "ERR_WSOL_MASK" });
});

test("packing keeps background, foreground and ignored pixels of every length", () => {
  for (let length = 0; length < 12; length++) {
    const mask = Uint8Array.from({ length }, (_, at) => [0, 1, 255][(at * at + length) % 3]!);
    const unpacked = new Uint8Array(length).fill(7);
    unpackMask(packMask(mask), unpacked);
    expect(unpacked).toEqual(mask);
  }
});

test("the event loop turns many times while a large mask is decoded", async () => {
  const side = 4096;
  const png = greyPng(1, 1, [0]);
  expect((await decodeGreyPng(png)).data).toEqual(Uint8Array.of(0));
  const large = await largePng(side);
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  const { data } = await decodeGreyPng(large);
  isDone = true;
  expect(data[side + 1]).toBe(1);
  // 16 MiB in pieces of a quarter of a MiB.
  expect(turns).toBeGreaterThan(30);
}, 60_000);

async function largePng(side: number): Promise<Uint8Array> {
  const sharp = require("sharp");
  const data = Buffer.alloc(side * side, 1);
  return sharp(data, { raw: { width: side, height: side, channels: 1 } })
    .toColourspace("b-w")
    .png()
    .toBuffer();
}
