import { readJsonElements } from "../../../lib/formats/json-elements";
import { chunksOf, endlessly } from "../../support/chunks";

async function read(text: string | Uint8Array, size?: number): Promise<[string, unknown, number][]> {
  const seen: [string, unknown, number][] = [];
  await readJsonElements(chunksOf(text, size), ["a", "b"], (...element) => seen.push(element));
  return seen;
}

test.each([undefined, 1, 3])("visits the elements of the lists in order, in chunks of %p", async (size) => {
  const text = '\ufeff{"x":{"a":[9]},"a":[{"k":[1,2,{"d":null}]},"é"],"y":[[[]]],"b":[1,-2.5e3,true],"a":[]}';
  expect(await read(text, size)).toEqual([
    ["a", { k: [1, 2, { d: null }] }, 0],
    ["a", "é", 1],
    ["b", 1, 0],
    ["b", -2500, 1],
    ["b", true, 2],
  ]);
});

test("a key __proto__ is a key like others", async () => {
  const [[, element]] = (await read('{"a":[{"__proto__":{"polluted":1}}]}')) as [[string, object, number]];
  expect(Object.keys(element)).toEqual(["__proto__"]);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test.each([
  ["nothing", "", "it is empty"],
  ["spaces", " \n", "it is empty"],
  ["a list as the root", '[{"a":1}]', "its root is not an object"],
  ["a number as the root", "5", "its root is not an object"],
  ["half a file", '{"a":[{"b":1}', "it is truncated"],
  ["half a string", '{"a":["b', "it is truncated"],
  ["two roots", '{"a":[]}{"a":[]}', "it is no valid JSON"],
  ["a comma too many", '{"a":[1,]}', "it is no valid JSON"],
  ["a bare word", '{"a":[NaN]}', "it is no valid JSON"],
  ["text that is not UTF-8", Buffer.from('{"a":["\xff\xfe"]}', "latin1"), "it is not UTF-8 text"],
  ["an object in place of a list", '{"a":{"b":1}}', "expected a list 'a', got an object"],
])("refuses %s", async (_, text, message) => {
  await expect(read(text)).rejects.toMatchObject({ name: "FormatProblem", message: expect.stringContaining(message) });
});

test("what the visitor throws comes out as it is", async () => {
  const visit = () => {
    throw new RangeError("mine");
  };
  await expect(readJsonElements(chunksOf('{"a":[1]}'), ["a"], visit)).rejects.toThrow(RangeError);
});

test.each([
  ["nesting", '{"y":', "[", "nested deeper than 32 levels"],
  ["nesting of objects", "", '{"a":', "nested deeper than 32 levels"],
  ["a string", '{"y":"', "x".repeat(65_536), "has more than 1048576 bytes"],
  ["a number", '{"y":1', "1".repeat(65_536), "has more than 1048576 bytes"],
  ["spaces", "{", " ".repeat(65_536), "has more than 1048576 bytes"],
  ["values of one element", '{"a":[[1', ",1".repeat(20_480), "has more than 1048576 tokens"],
  ["values that are passed over", '{"y":[1', ",[]".repeat(20_480), "has more than 1048576 tokens"],
])("%s without end is refused in bounded memory", async (_, start, repeated, message) => {
  const before = process.memoryUsage().rss;
  async function* endless() {
    yield Buffer.from(start);
    yield* endlessly(Buffer.from(repeated));
  }
  await expect(readJsonElements(endless(), ["a"], () => undefined)).rejects.toThrow(message);
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * 2 ** 20);
});
