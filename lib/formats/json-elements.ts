import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { FormatProblem } from "./problem";
import { utf8Checked } from "./utf8";

const LIMITS = {
  /** Of objects and arrays inside one another. */
  depth: 32,
  /** Of one element, and of everything between two of them. */
  tokens: 2 ** 20,
  /** Of one string, number or run of spaces. */
  tokenBytes: 2 ** 20,
} as const;
const CHUNK_BYTES = 65_536;

/** Calls with each element of a list, in the order of the file. */
export type VisitElement = (list: string, element: unknown, index: number) => void;

/**
 * Reads a JSON file whose root is an object, without holding it: `visit` gets the elements of the root's lists of the given
 * names, one by one; everything else is checked and passed over. Nesting, the length of a token and the size of an
 * element are limited, so that memory and time are bounded whatever the file holds.
 * @throws FormatProblem, and what `visit` throws
 */
export async function readJsonElements(
  chunks: AsyncIterable<Uint8Array>,
  lists: readonly string[],
  visit: VisitElement,
): Promise<void> {
  const reader = new ElementReader(lists, visit);
  for await (const chunk of utf8Checked(chunks)) {
    for (let start = 0; start < chunk.length; start += CHUNK_BYTES) {
      reader.write(chunk.subarray(start, start + CHUNK_BYTES));
    }
  }
  reader.end();
}

class ElementReader {
  readonly #tokenizer = new Tokenizer({ stringBufferSize: CHUNK_BYTES });
  readonly #parser: TokenParser;
  #failure: unknown;
  #depth = 0;
  #tokens = 0;
  #bytesSinceToken = 0;
  #isFirst = true;

  constructor(lists: readonly string[], visit: VisitElement) {
    this.#parser = new TokenParser({ paths: lists.map((name) => `$.${name}.*`), keepStack: false });
    this.#parser.onValue = ({ value, key, stack }) => {
      this.#tokens = 0;
      const list = String(stack[1]?.key);
      try {
        if (typeof key !== "number") throw new FormatProblem(`expected a list '${list}', got an object`);
        visit(list, value, key);
      } catch (error) {
        this.#failure = error;
        throw error;
      }
    };
    this.#tokenizer.onToken = (token) => {
      this.#count(token.token);
      this.#parser.write(token);
    };
    // Each failure passes through both: the first is the one to tell.
    const onError = (error: Error) => {
      this.#failure ??= error instanceof FormatProblem ? error : notJson(error);
      throw this.#failure;
    };
    this.#tokenizer.onError = onError;
    this.#parser.onError = onError;
  }

  write(bytes: Uint8Array): void {
    this.#tokenizer.write(bytes);
    this.#bytesSinceToken += bytes.length;
    if (this.#bytesSinceToken > LIMITS.tokenBytes) {
      throw new FormatProblem(`a string, number or run of spaces has more than ${LIMITS.tokenBytes} bytes`);
    }
  }

  end(): void {
    if (this.#parser.isEnded) return;
    if (!this.#isFirst) throw new FormatProblem("it is truncated");
    // A number ends with the file.
    this.#tokenizer.end();
    throw new FormatProblem("it is empty");
  }

  #count(token: TokenType): void {
    this.#bytesSinceToken = 0;
    if (this.#isFirst && token !== TokenType.LEFT_BRACE) throw new FormatProblem("its root is not an object");
    this.#isFirst = false;
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#depth++;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.#depth--;
    if (this.#depth > LIMITS.depth) throw new FormatProblem(`it is nested deeper than ${LIMITS.depth} levels`);
    if (++this.#tokens > LIMITS.tokens) {
      throw new FormatProblem(`an element, or what lies between two, has more than ${LIMITS.tokens} tokens`);
    }
  }
}

function notJson(error: Error): FormatProblem {
  return new FormatProblem(`it is no valid JSON: ${error.message.slice(0, 120)}`);
}
