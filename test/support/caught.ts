import type { WsolError } from "../../lib/errors";

/** What `act` throws or rejects with; fails the test when it succeeds. */
export async function caught(act: () => unknown): Promise<WsolError> {
  try {
    await act();
  } catch (error) {
    return error as WsolError;
  }
  throw new Error("expected a failure, got none");
}
