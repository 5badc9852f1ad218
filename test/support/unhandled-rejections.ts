import { setTimeout as sleep } from "node:timers/promises";

/** Fails each test of the file, or of the block it is called in, that leaves a rejection unhandled. */
export function refuseUnhandledRejections(): void {
  let unhandled: unknown[];
  const note = (reason: unknown) => unhandled.push(reason);
  beforeEach(() => {
    unhandled = [];
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    await sleep(10);
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
}
