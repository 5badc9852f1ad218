import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import { writePhotoFolder } from "../../support/photo-folder";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";

// Each run is a process of its own.
jest.setTimeout(60_000);

const root = temporaryFolder();
const photos = join(root, "photos");
const boxes = join(root, "boxes.csv");

beforeAll(() => writePhotoFolder(root, { classes: ["heron", "kingfisher"], each: 10 }));

test("wsol prepare folder splits, matches boxes, and says what it did in words or as one JSON document", async () => {
  const out = join(root, "set");
  const options = ["--split", "60,20,20", "--boxes", boxes, "--group", "^(more/)?photo", "--seed", "4"];
  const prepared = await runWsol(["prepare", "folder", photos, out, ...options]);
  expect(prepared).toMatchObject({ code: 0, stdout: expect.stringMatching(/^folder: 2 classes, \d+ train, /) });
  const again = await runWsol(["prepare", "folder", photos, out, ...options, "--json"]);
  expect(JSON.parse(again.stdout)).toMatchObject({ format: "folder", status: "unchanged", classes: 2, problems: [] });
  expect((await Dataset.open(out)).classes).toEqual(["heron", "kingfisher"]);
});

test("images that are left out end it with exit code 1, and are named", async () => {
  const some = join(root, "some.csv");
  writeFileSync(some, "heron/photo 1.jpg,1,1,9,9\nkingfisher/photo 1.jpg,1,1,9,9\n");
  const { code, stderr } = await runWsol([
    "prepare",
    "folder",
    photos,
    join(root, "half"),
    "--split",
    "0.1,0,99.9",
    "--boxes",
    some,
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/test: heron\/.* has no boxes/);
  expect(stderr).toContain("left out");
});

test.each([
  [["--split", "80,ten,10"], "Expected percent, 0 to 100."],
  [["--split", "80,10"], "expected percent of train, val and test that make 100"],
  [[], "expected 'split' for"],
  [["--split", "80,10,10", "--group", "("], "for 'group'"],
  [["--split", "80,10,10", "--group", "^no name begins so"], "expected an expression that matches image names"],
])("wsol prepare folder %j is wrong use: exit code 2", async (options, message) => {
  const { code, stderr } = await runWsol(["prepare", "folder", photos, join(root, "never"), ...options]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test("a file of boxes that cannot be read is exit code 3, with its line", async () => {
  const broken = join(root, "broken.csv");
  writeFileSync(broken, "image,x0,y0,x1,y1\nheron/photo 1.jpg,1,2,3,four\n");
  const options = ["--split", "80,10,10", "--boxes", broken];
  const { code, stderr } = await runWsol(["prepare", "folder", photos, join(root, "never"), ...options]);
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining(`cannot read '${broken}': expected a number, got "four" (line 2)`),
  ]);
});
