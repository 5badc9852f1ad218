import { WsolError } from "../errors";
import type { Processes } from "./processes";

/** Stops the processes of a run after the same step, whichever of them is asked to. */
export class AgreedStop {
  /** Aborts where the run stops: at once for a process that works alone, else when all have agreed. */
  readonly signal: AbortSignal | undefined;
  readonly #asked: AbortSignal | undefined;
  readonly #controller = new AbortController();

  constructor(asked: AbortSignal | undefined, { isAlone }: Pick<Processes, "isAlone">) {
    this.#asked = asked;
    this.signal = isAlone ? asked : this.#controller.signal;
  }

  /** Whether this process was asked to stop. */
  get isAsked(): boolean {
    return this.#asked?.aborted ?? false;
  }

  /** Where any process was asked, the signal aborts, with this one's reason if it was. */
  agree(isAnyAsked: boolean): void {
    if (!isAnyAsked) return;
    const byAnother = () =>
      new WsolError("ERR_WSOL_DISTRIBUTED", "stopped: another process of the run was interrupted");
    this.#controller.abort(this.isAsked ? this.#asked?.reason : byAnother());
  }
}
