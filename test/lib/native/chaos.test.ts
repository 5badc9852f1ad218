import { expectExit, expectRounds } from "../../support/chaos";

// A few rounds of test/slow/chaos.test.ts.

jest.setTimeout(300_000);

test("arrays that are overwritten, transferred, shrunk or shared during any call change no answer and end nothing", () => {
  expectRounds("arrays", 1, 13);
});

test("a worker may be terminated in the middle of calls of every kind", () => {
  expectRounds("workers", 2, 3);
});

test.each([0, 1, 2, 3, 4, 5])("the process may end in the middle of calls of every kind (way %i)", (way) => {
  expectExit(way);
});
