import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../support/compiled";
import { writePhotoFolder } from "../support/photo-folder";
import { readSource } from "../support/sources";
import { temporaryFolder } from "../support/temporary-folder";

// The commands of docs/your-own-data.md as they stand there. What is changed is the size of the training alone, by a `wsol` on the
// path that adds settings to `train`.

const TINY = [
  "data.imageSize=40",
  "data.cropSize=32",
  "optim.epochs=2",
  "optim.batchSize=8",
  "device=cpu",
  "threads=1",
];

const folder = temporaryFolder();
const blocks = [...readSource("docs/your-own-data.md").text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(
  (match) => match[1]!,
);

beforeAll(async () => {
  await writePhotoFolder(folder, { classes: ["heron", "kingfisher"], each: 20 });
  mkdirSync(join(folder, "bin"));
  const wsol = `"${process.execPath}" "${join(root, "bin", "wsol.js")}" "$@"`;
  const settings = TINY.map((setting) => `--set ${setting}`).join(" ");
  writeFileSync(join(folder, "bin", "wsol"), `#!/bin/sh\n[ "$1" = train ] && exec ${wsol} ${settings}\nexec ${wsol}\n`);
  chmodSync(join(folder, "bin", "wsol"), 0o755);
});

test("docs/your-own-data.md has the way from photographs to a report in its commands", () => {
  expect(blocks.flatMap((block) => [...block.matchAll(/^wsol (\w+)/gm)].map((match) => match[1]))).toEqual([
    ...["prepare", "check", "train", "train", "evaluate", "evaluate", "report", "localize"],
  ]);
});

test("the commands of docs/your-own-data.md run as they stand there", () => {
  const ended = spawnSync("bash", ["-e", "-c", blocks.join("\n")], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` },
  });
  expect({ status: ended.status, stderr: ended.status === 0 ? "" : ended.stderr }).toEqual({ status: 0, stderr: "" });
  expect(readFileSync(join(folder, "data/mine/metadata/classes.txt"), "utf8")).toBe("heron\nkingfisher\n");
  const ids = (split: string) =>
    readFileSync(join(folder, `data/mine/metadata/${split}/image_ids.txt`), "utf8")
      .trim()
      .split("\n");
  expect(["train", "val", "test"].map((split) => ids(split).length)).toEqual([28, 6, 6]);
  const evaluation = JSON.parse(readFileSync(join(folder, "runs/entropy/evaluation.json"), "utf8"));
  expect(JSON.stringify(evaluation)).toContain("gtKnownLoc");
  expect(readFileSync(join(folder, "report.html"), "utf8").length).toBeGreaterThan(10_000);
  expect(readdirSync(join(folder, "found")).length).toBeGreaterThanOrEqual(2);
  expect(existsSync(join(folder, "runs/plain/last.safetensors"))).toBe(true);
}, 600_000);
