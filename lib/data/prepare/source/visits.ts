import { FormatProblem } from "../../../formats/problem";
import type { EntryVisitor } from "./source";
import type { SourceArchive } from "./source-archive";

const AT_ONCE = 8;
/** Of images that wait or are under way; one alone may be larger. */
const MOST_BYTES = 2 ** 28;

/** Keeps a few visits under way, with a bound on what they hold. */
export class Visits {
  readonly #running = new Set<Promise<void>>();
  #bytes = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly visit: EntryVisitor,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Reads an entry and hands it over; resolves when there is room again. @throws what an earlier visit threw, or the signal's reason */
  async begin(path: string, read: () => Promise<Buffer>): Promise<void> {
    this.#check();
    const content = await read().catch(asProblem);
    const bytes = content instanceof FormatProblem ? 0 : content.length;
    this.#bytes += bytes;
    const run: Promise<void> = this.visit(path, content).then(
      () => this.#end(run, bytes),
      (error) => {
        this.#failure ??= { error };
        this.#end(run, bytes);
      },
    );
    this.#running.add(run);
    while (this.#running.size >= AT_ONCE || (this.#bytes > MOST_BYTES && this.#running.size > 0)) {
      await Promise.race(this.#running);
    }
    this.#check();
  }

  /** Waits for all; never leaves one running. @throws as {@link begin} */
  async finish(): Promise<void> {
    await this.settle();
    this.#check();
  }

  /** Waits for all, whatever became of them. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.error;
    this.signal?.throwIfAborted();
  }

  #end(run: Promise<void>, bytes: number): void {
    this.#running.delete(run);
    this.#bytes -= bytes;
  }
}

function asProblem(error: unknown): FormatProblem {
  if (error instanceof FormatProblem) return error;
  throw error;
}

/** Runs `work` with visits that are all over when it returns or throws. */
export async function withVisits(
  visit: EntryVisitor,
  signal: AbortSignal | undefined,
  work: (visits: Visits) => Promise<void>,
): Promise<void> {
  const visits = new Visits(visit, signal);
  try {
    await work(visits);
    await visits.finish();
  } finally {
    await visits.settle();
  }
}

/** Visits the wanted entries in an archive's own order, each read by itself. */
export function visitorOf(
  places: ReadonlyMap<string, unknown>,
  read: (name: string) => Promise<Buffer>,
): SourceArchive["visit"] {
  return (paths, visit, signal) =>
    withVisits(visit, signal, async (visits) => {
      for (const name of places.keys()) if (paths.has(name)) await visits.begin(name, () => read(name));
    });
}
