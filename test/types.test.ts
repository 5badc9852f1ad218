import { posix } from "node:path";
import {
  createCompilerHost,
  createProgram,
  createSourceFile,
  flattenDiagnosticMessageText,
  getPreEmitDiagnostics,
  type Program,
  parseJsonConfigFileContent,
  readConfigFile,
  sys,
} from "typescript";
import { REPOSITORY, sourceFiles } from "./support/sources";

// Each program of test/types compiles but for the lines below `@ts-expect-error TSxxxx`, which must fail with that code.

const programs = sourceFiles("test/types", ".ts");
const EXPECTATION = /@ts-expect-error TS(\d+)/;

/** Compiles the programs with the directives disarmed, so that the compiler reports what they would swallow. */
function compile(): Program {
  const config = readConfigFile(posix.join(REPOSITORY, "tsconfig.json"), sys.readFile).config;
  const { options } = parseJsonConfigFileContent(config, sys, REPOSITORY);
  const host = createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  const names = programs.map(({ path }) => posix.join(REPOSITORY, path));
  host.getSourceFile = (name, ...rest) => {
    const own = programs[names.indexOf(name)];
    if (own === undefined) return getSourceFile(name, ...rest);
    return createSourceFile(name, own.text.replaceAll("@ts-expect-error", "expects"), rest[0], true);
  };
  return createProgram(names, options, host);
}

describe("the types of the public API", () => {
  const program = compile();

  test.each(programs)("$path compiles and is refused exactly where it should be", ({ path, text }) => {
    const lines = text.split("\n");
    const expected = lines.flatMap((line, index) => {
      const code = EXPECTATION.exec(line)?.[1];
      return code === undefined ? [] : [`${index + 2}: TS${code} ${lines[index + 1]!.trim()}`];
    });
    const file = program.getSourceFile(posix.join(REPOSITORY, path))!;
    const refused = getPreEmitDiagnostics(program, file).map((diagnostic) => {
      const line = file.getLineAndCharacterOfPosition(diagnostic.start!).line;
      const words = expected.some((one) => one.startsWith(`${line + 1}: `))
        ? ""
        : ` (${flattenDiagnosticMessageText(diagnostic.messageText, " ")})`;
      return `${line + 1}: TS${diagnostic.code} ${lines[line]!.trim()}${words}`;
    });
    expect(expected.length).toBeGreaterThan(2);
    expect([...new Set(refused)]).toEqual(expected);
  });
});
