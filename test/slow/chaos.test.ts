import { expectExit, expectRounds } from "../support/chaos";

// 300 rounds in child processes: the native side ends no process, whatever becomes of its arrays, its worker or the process.

jest.setTimeout(600_000);

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);

test.each(seeds(5))("arrays spoiled during calls change no answer and end nothing: 20 rounds of seed %i", (seed) => {
  expectRounds("arrays", seed, 20);
});

test.each(seeds(20))("workers terminated in the middle of calls take nothing along: 5 rounds of seed %i", (seed) => {
  expectRounds("workers", seed, 5);
});

test.each(seeds(100))("a process that ends in the middle of calls has its own exit code: seed %i", (seed) => {
  expectExit(seed);
});
