import { availableParallelism } from "node:os";

const VARIABLE = "UV_THREADPOOL_SIZE";
/** libuv's own. */
const DEFAULT_SIZE = 4;
const LARGEST_SIZE = 1024;
/** Beside the threads that decode, for whatever else reads and writes. */
const SPARE = 2;

/**
 * Threads of Node's pool, which decodes images, resizes them, and reads and writes files. Fixed when the pool is first
 * used.
 */
export function threadPoolSize(environment: NodeJS.ProcessEnv = process.env): number {
  const given = environment[VARIABLE];
  if (given === undefined) return DEFAULT_SIZE;
  const size = Number.parseInt(given, 10) || 1;
  return size < 0 ? LARGEST_SIZE : Math.min(size, LARGEST_SIZE);
}

/**
 * Makes the pool large enough for the machine's cores, and for `data.workers` where the arguments of a command set it. Before
 * anything uses the pool; what the user has set stays.
 */
export function sizeThreadPool(args: readonly string[], environment: NodeJS.ProcessEnv = process.env): void {
  if (environment[VARIABLE] !== undefined) return;
  const wanted = args.map((arg) => Number(/(?:^|=)data\.workers=(\d+)$/.exec(arg)?.[1] ?? 0));
  const size = Math.max(DEFAULT_SIZE, availableParallelism(), ...wanted) + SPARE;
  environment[VARIABLE] = String(Math.min(size, LARGEST_SIZE));
}

/** Images decoded at once where `data.workers` is null: one for each core that the pool has a thread for. */
export function defaultWorkers(): number {
  return Math.min(availableParallelism(), threadPoolSize());
}
