import { FormatProblem } from "./problem";

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Refuses JSON that would take far more memory than its bytes when it is parsed, before it is: a few bytes of nesting, or an
 * empty list, make an object each. What is no JSON is for the parser to tell.
 * @throws FormatProblem
 */
export function checkJsonBounds(json: Uint8Array, largest: { readonly depth: number; readonly values: number }): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfString(json, at);
    } else if (byte === COMMA) {
      values++;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      values++;
      if (++depth > largest.depth) throw new FormatProblem("it is nested too deep");
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth--;
    }
    if (values > largest.values) throw new FormatProblem(`it has more than ${largest.values} values`);
  }
}

function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
