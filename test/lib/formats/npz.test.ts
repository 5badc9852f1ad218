import { FormatProblem } from "../../../lib/formats/problem";
import { decodeTensors } from "../../../lib/formats/tensors";
import { zipParts } from "../../../lib/formats/zip/write-zip";
import { caught } from "../../support/caught";
import { madeUpZip } from "../../support/made-up-zip";

// What NumPy itself writes is read in pth/decode-pth.test.ts, with the other fixtures.

function npy(descr: string, shape: string, data: Uint8Array, fortran = "False"): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
  const start = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${header}`, "latin1");
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, data]);
}

const npz = (entries: Readonly<Record<string, Uint8Array>>) =>
  Buffer.concat([
    ...zipParts(
      Object.entries(entries).map(([name, content]) => ({ name, content })),
      1,
    ),
  ]);
const FOUR = Uint8Array.of(1, 2, 3, 4);

test("names keep their slashes and colons, and lose the ending", async () => {
  const { tensors, metadata } = await decodeTensors(npz({ "conv0/W:0.npy": npy("<f4", "(1,)", FOUR) }));
  expect(tensors.map(({ name, dtype, shape, data }) => [name, dtype, shape, [...data]])).toEqual([
    ["conv0/W:0", "F32", [1], [...FOUR]],
  ]);
  expect(metadata).toEqual({});
});

test.each<[string, string, number[]]>([
  ["|u1", "U8", [1, 2, 3, 4]],
  ["|b1", "BOOL", [1, 2, 3, 4]],
  ["=i1", "I8", [1, 2, 3, 4]],
])("%s is %s", async (descr, dtype, data) => {
  const [tensor] = (await decodeTensors(npz({ "a.npy": npy(descr, "(4,)", FOUR) }))).tensors;
  expect([tensor!.dtype, [...tensor!.data]]).toEqual([dtype, data]);
});

test("big-endian numbers and Fortran's order become little-endian rows", async () => {
  const array = npy(">u2", "(2, 2)", Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4), "True");
  const [tensor] = (await decodeTensors(npz({ "a.npy": array }))).tensors;
  expect([...tensor!.data]).toEqual([1, 0, 3, 0, 2, 0, 4, 0]);
});

test.each<[string, Uint8Array, string]>([
  ["pickled objects", npz({ "a.npy": npy("|O", "(1,)", FOUR) }), "array 'a' cannot be read: expected numbers"],
  ["complex numbers", npz({ "a.npy": npy("<c8", "(1,)", FOUR) }), "got the dtype"],
  ["floats of 128 bits", npz({ "a.npy": npy("<f16", "(1,)", FOUR) }), "got the dtype"],
  ["floats of 8 bits", npz({ "a.npy": npy("<f1", "(1,)", FOUR) }), "got the dtype"],
  ["an array that is cut", npz({ "a.npy": npy("<f4", "(2,)", FOUR) }), "it is truncated: expected 8 bytes"],
  ["an array with more", npz({ "a.npy": npy("|u1", "(2,)", FOUR) }), "it has trailing bytes"],
  ["a shape that overflows", npz({ "a.npy": npy("<f4", `(${"9999999999, ".repeat(30)})`, FOUR) }), "it is truncated"],
  ["an entry that is no array", npz({ "a.npy": FOUR }), "it is no .npy file"],
  ["another zip archive", npz({ "word/document.xml": FOUR }), "neither of PyTorch (data.pkl) nor of NumPy (.npy)"],
  ["an empty zip archive", npz({}), "neither of PyTorch"],
  ["a bomb", madeUpZip([{ name: "a.npy", content: Buffer.alloc(2 ** 28) }]), "far more than the file has"],
])("rejects %s", async (_, bytes, words) => {
  const error = await caught(() => decodeTensors(bytes));
  expect(error).toBeInstanceOf(FormatProblem);
  expect(error.message).toContain(words);
});
