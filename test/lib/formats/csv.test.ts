import { MAX_CSV_RECORD, readCsv } from "../../../lib/formats/csv";
import { allOf, chunksOf, endlessly } from "../../support/chunks";

const read = (text: string | Uint8Array, size?: number) => allOf(readCsv(chunksOf(text, size)));
const fields = async (text: string, size?: number) => (await read(text, size)).map((record) => record.fields);

test("reads fields, quoted ones with commas, quotes and line ends, and names the lines", async () => {
  expect(await read('image,x\r\n"a, b.jpg",1\n\n"say ""hi""\nthere", 2 \nä.jpg,3')).toEqual([
    { fields: ["image", "x"], line: 1 },
    { fields: ["a, b.jpg", "1"], line: 2 },
    { fields: ['say "hi"\nthere', "2"], line: 5 },
    { fields: ["ä.jpg", "3"], line: 6 },
  ]);
});

test.each([1, 2, 3, 7])("chunks of %d bytes give the same, also inside of a letter", async (size) => {
  const text = '\ufeffimage;x0\r\n"é;🐟.jpg";1\r\nb.jpg;2\r\n';
  expect(await fields(text, size)).toEqual([
    ["image", "x0"],
    ["é;🐟.jpg", "1"],
    ["b.jpg", "2"],
  ]);
});

test.each([
  ["commas", "a;b.jpg,1,2\n", ["a;b.jpg", "1", "2"]],
  ["semicolons", "a,b.jpg;1;2\n", ["a,b.jpg", "1", "2"]],
  ["tabs", "a,b.jpg\t1\t2\n", ["a,b.jpg", "1", "2"]],
  ["no delimiter at all", "abc\n", ["abc"]],
])("the first line tells %s", async (_, text, wanted) => {
  expect(await fields(text)).toEqual([wanted]);
});

test("an empty file has no records", async () => {
  expect(await read("")).toEqual([]);
  expect(await read("\n\r\n\n")).toEqual([]);
});

test.each([
  ["a quote that is not closed", 'a,b\n"c,d\n', "a quote is opened and not closed (line 2)"],
  ["text after a closing quote", 'a,b\n"c"x,d\n', "a closing quote is followed by more text"],
  ["a quote inside a field", 'a,b\nc"c,d\n', "a quote begins inside a field"],
  ["Latin-1", Buffer.from("a,b\n\xe9.jpg,1\n", "latin1"), "it is not UTF-8 text"],
  ["UTF-16", Buffer.from("\ufeffa,b\n", "utf16le"), "it is not UTF-8 text"],
  ["a letter cut off at the end", Buffer.from([0x61, 0xc3]), "it is not UTF-8 text"],
])("refuses %s", async (_, text, message) => {
  await expect(read(text)).rejects.toMatchObject({ name: "FormatProblem", message: expect.stringContaining(message) });
});

test("a field, a line or a record without end is refused once it is too long", async () => {
  const refusal = (text: string) => allOf(readCsv(endlessly(Buffer.from(text.repeat(4096)))));
  await expect(refusal("a")).rejects.toThrow(`a record has more than ${MAX_CSV_RECORD} characters`);
  await expect(refusal(",")).rejects.toThrow("a line has more than 1048576 bytes");
  await expect(refusal('"a\n')).rejects.toMatchObject({ name: "FormatProblem" });
});

test("a failure of the stream itself is passed on, and a reader that stops early lets it go", async () => {
  let isClosed = false;
  async function* source(end: () => void) {
    try {
      yield Buffer.from("a,b\nc,d\n");
      end();
      yield Buffer.from("e,f\n".repeat(100_000));
    } finally {
      isClosed = true;
    }
  }
  const fail = () => {
    throw new Error("disk");
  };
  await expect(allOf(readCsv(source(fail)))).rejects.toThrow("disk");
  expect(isClosed).toBe(true);
  isClosed = false;
  for await (const record of readCsv(source(() => undefined))) {
    expect(record.line).toBe(1);
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isClosed).toBe(true);
});
