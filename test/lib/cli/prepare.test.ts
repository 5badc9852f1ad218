import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runWsol } from "../../support/run-wsol";
import { BIRDS, cubTree } from "../../support/sources/cub";
import { type Tree, tgzOf, writeTree } from "../../support/sources/tree";
import { temporaryFolder } from "../../support/temporary-folder";

const wsol = join(__dirname, "..", "..", "..", "bin", "wsol.js");
const folder = temporaryFolder();
const out = join(folder, "cub");
let tree: Tree;
let archive: string;

jest.setTimeout(30_000);

beforeAll(async () => {
  tree = await cubTree();
  archive = join(folder, "CUB_200_2011.tgz");
  writeFileSync(archive, await tgzOf(tree));
});

test("prepares a set: the result on stdout, what differs from the published numbers on stderr", async () => {
  const { code, stdout, stderr } = await runWsol(["prepare", "cub", archive, out, "--val", "1"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `cub: 4 classes, 9 train, 3 val, 6 test, prepared in ${out}\n` });
  expect(stderr).toContain("4 classes, 9 train, 3 val, 6 test\n");
  expect(stderr).toContain("note: 12 images in train, published are 5994\n");
  expect(stderr).toMatch(/note: .*\.jpg is CMYK, which is refused unless data\.cmyk is 'convert'\n/);
});

test("--json is one document with everything; a finished set is left as it is", async () => {
  const { code, stdout } = await runWsol(["prepare", "cub", archive, out, "--val", "1", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    format: "cub",
    status: "unchanged",
    splits: { train: 9, val: 3, test: 6 },
    published: { classes: 200, splits: { train: 5994, test: 5794 } },
    problems: [],
  });
});

test("another set in the folder is refused, and replaced with --force", async () => {
  const refused = await runWsol(["prepare", "cub", archive, out, "--val", "2"]);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toBe("");
  expect(refused.stderr).toMatch(
    /^ERR_WSOL_WRITE: .* prepared with val 1, not 2\n.*replace the set with --force\.\n$/s,
  );
  const replaced = await runWsol(["prepare", "cub", archive, out, "--val", "2", "--force"]);
  expect(replaced.stdout).toContain("6 train, 6 val, 6 test, prepared in");
});

describe("with images missing", () => {
  let source: string;

  beforeAll(async () => {
    source = await writeTree(join(folder, "incomplete"), tree);
    for (const { path } of BIRDS.slice(0, 12)) rmSync(join(source, "CUB_200_2011", "images", path));
  });

  test("names the first ones, counts all, and ends with 1", async () => {
    const { code, stdout, stderr } = await runWsol(["prepare", "cub", source, join(folder, "some")]);
    expect(code).toBe(1);
    expect(stdout).toContain("4 train, 2 test, prepared in");
    expect(stderr).toContain(`train: ${BIRDS[0]!.path}: 'CUB_200_2011/images/${BIRDS[0]!.path}' is not there\n`);
    expect(stderr).toContain("… and 2 more problems; --json has all\n");
    expect(stderr).toMatch(/12 images left out; complete the source, and prepare it again with --force\n$/);
  });

  test("--strict refuses them", async () => {
    const { code, stderr } = await runWsol(["prepare", "cub", source, join(folder, "strict"), "--strict"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/ERR_WSOL_DATA: expected the published numbers.*\n.*without --strict\.\n$/s);
  });
});

test.each([
  [["prepare"], /missing required argument 'format'/],
  [["prepare", "cub", "somewhere"], /missing required argument 'out'/],
  [["prepare", "birds", "a", "b"], /expected one of cub, openimages30k, oxford-pet.* for 'format', got 'birds'/],
  [["prepare", "cub", "a", "b", "--val", "0"], /Expected a whole number of at least 1/],
  [["prepare", "cub", "a", "b", "--seed", "x"], /Expected a whole number of at least 0/],
  [["prepare", "cub", "a", "b", "--vall", "1"], /unknown option '--vall'/],
])("wsol %j is a usage error", async (args, words) => {
  const { code, stderr } = await runWsol(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(words);
});

test("--help names every format", async () => {
  const { code, stdout } = await runWsol(["prepare", "--help"]);
  expect(code).toBe(0);
  for (const name of ["cub", "openimages30k", "oxford-pet"]) expect(stdout).toMatch(new RegExp(`^ +${name} +\\S`, "m"));
});

test("Ctrl-C ends it with 130; what is there stays, no metadata is", async () => {
  const copies = Object.fromEntries(
    Array.from({ length: 150 }, (_, copy) => [`CUB_200_2011/unused/${copy}.bin`, Buffer.alloc(2 ** 17, copy)]),
  );
  const large = join(folder, "large.tgz");
  writeFileSync(large, await tgzOf({ ...copies, ...tree }));
  const to = join(folder, "interrupted");
  const child = spawn(process.execPath, [wsol, "prepare", "cub", large, to], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const ended = once(child, "exit");
  while (child.exitCode === null && !existsSync(join(to, "prepare.json")))
    await new Promise((resolve) => setTimeout(resolve, 1));
  child.kill("SIGINT");
  const [code] = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain("stopping; the same command goes on");
  expect(existsSync(join(to, "metadata"))).toBe(false);
  expect((await runWsol(["prepare", "cub", large, to])).stdout).toContain("12 train, 6 test, prepared in");
});
