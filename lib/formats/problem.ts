/** Why a file is refused, in words that the caller completes with the file's name, a code and a fix. */
export class FormatProblem extends Error {
  override readonly name = "FormatProblem";
}
