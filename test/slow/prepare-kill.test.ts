import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepare } from "../../lib/data/prepare/prepare";
import { Random } from "../../lib/data/random";
import { nameOfTemporary } from "../../lib/files";
import { contentOfSet } from "../support/sources/content";
import { cubTree } from "../support/sources/cub";
import { type Tree, tgzOf, writeTree } from "../support/sources/tree";
import { temporaryFolder } from "../support/temporary-folder";

// Three processes race for a folder and are killed at random moments, again and again: never two holders, nothing half-written
// that opens, and in the end the set of the one that nobody disturbed.

const ROUNDS = Number(process.env.WSOL_PREPARE_KILL_ROUNDS ?? 40);
const SEED = Number(process.env.WSOL_PREPARE_KILL_SEED ?? 1);
const RACERS = 3;
/** Of the time that an undisturbed race takes: about half of the rounds finish a set. */
const LONGEST_LIFE = 2;
jest.setTimeout(900_000);

const wsol = join(__dirname, "..", "..", "bin", "wsol.js");
const folder = temporaryFolder();

async function race(source: string, out: string, lifeMs: number): Promise<(number | null)[]> {
  const children = Array.from({ length: RACERS }, () =>
    spawn(process.execPath, [wsol, "prepare", "cub", source, out, "--copy"], { stdio: "ignore" }),
  );
  const ends = children.map(async (child) => (await once(child, "exit"))[0] as number | null);
  const timer = setTimeout(() => {
    for (const child of children) child.kill("SIGKILL");
  }, lifeMs);
  const codes = await Promise.all(ends);
  clearTimeout(timer);
  return codes;
}

test.each([
  ["a folder", (tree: Tree) => writeTree(join(folder, "source"), tree)],
  [
    "an archive",
    async (tree: Tree) => {
      const path = join(folder, "source.tgz");
      writeFileSync(path, await tgzOf(tree));
      return path;
    },
  ],
] as const)(`preparing from %s, killed ${ROUNDS} times, ends as if undisturbed`, async (name, make) => {
  const random = new Random(SEED, name.length);
  const source = await make(await cubTree());
  const expected = join(folder, `expected-${name}`);
  await prepare("cub", source, expected, { copy: true });
  const startedAt = performance.now();
  await race(source, join(folder, `alone-${name}`), 60_000);
  const wholeMs = performance.now() - startedAt;
  let finished = 0;
  for (let round = 0; round < ROUNDS; round++) {
    // A new folder each time one is finished.
    const out = join(folder, `${name}-${finished}`);
    const codes = await race(source, out, random.float() * LONGEST_LIFE * wholeMs);
    for (const code of codes) expect([0, 1, null]).toContain(code);
    if (!existsSync(join(out, "metadata"))) continue;
    // It opens, so it is whole; a process that was killed when it said so has left that note's temporary file.
    const entries = Object.entries(contentOfSet(out)).filter(([path]) => nameOfTemporary(path) !== "prepare.json");
    expect(Object.fromEntries(entries)).toEqual(contentOfSet(expected));
    await prepare("cub", source, out, { copy: true });
    expect(contentOfSet(out)).toEqual(contentOfSet(expected));
    finished++;
  }
  const out = join(folder, `${name}-${finished}`);
  await prepare("cub", source, out, { copy: true });
  expect(contentOfSet(out)).toEqual(contentOfSet(expected));
  console.info(`${name}: ${finished} sets finished in ${ROUNDS} rounds`);
});
