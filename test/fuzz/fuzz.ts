import { Random } from "../../lib/data/random";
import { isWsolError, type WsolErrorCode } from "../../lib/errors";

/** A reader that is fed damaged input. */
export interface FuzzTarget {
  readonly name: string;
  /** The one code that refusals may have. */
  readonly code: WsolErrorCode;
  /** What every refusal's message must hold: the file's name. */
  readonly file: string;
  /** Makes one input and reads it; throws what the reader throws, and a plain error when what it accepted is wrong. */
  feed(random: Random): Promise<void>;
}

export interface FuzzReport {
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly slowestMs: number;
  /** Highest resident memory seen, in MiB. */
  readonly memoryMiB: number;
}

/**
 * Feeds a target. Input i of a seed is the same in every run, whatever came before it: `first` repeats a failure alone.
 * @throws naming the seed and the input, when a refusal is not of the target's code or does not name the file
 */
export async function fuzz(target: FuzzTarget, inputs: number, seed: number, first = 0): Promise<FuzzReport> {
  let accepted = 0;
  let slowestMs = 0;
  let memory = 0;
  for (let input = first; input < first + inputs; input++) {
    const started = performance.now();
    try {
      await target.feed(new Random(seed, input));
      accepted++;
    } catch (error) {
      if (!isWsolError(error, target.code) || !error.message.includes(target.file)) {
        throw new Error(`${target.name}: seed ${seed}, input ${input}: unexpected ${String(error)}`, { cause: error });
      }
    }
    slowestMs = Math.max(slowestMs, performance.now() - started);
    if (input % 256 === 0) memory = Math.max(memory, process.memoryUsage().rss);
  }
  return { inputs, accepted, refused: inputs - accepted, slowestMs, memoryMiB: Math.round(memory / 2 ** 20) };
}
