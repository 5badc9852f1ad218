/** Turns of the loop in which a thread of OpenMP waits for work, before it sleeps: some 50 microseconds. */
const SPIN_COUNT = "20000";

/**
 * Has LibTorch's threads wait briefly, before it is opened. By default they wait for milliseconds, which gains nothing where cores
 * are free, and takes them from threads that have work where they are not. What the user has set stays.
 */
export function limitWaiting(environment: NodeJS.ProcessEnv = process.env): void {
  if (environment.OMP_WAIT_POLICY !== undefined) return;
  environment.GOMP_SPINCOUNT ??= SPIN_COUNT;
}
