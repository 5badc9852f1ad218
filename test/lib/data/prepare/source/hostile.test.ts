import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { prepare } from "../../../../../lib/data/prepare/prepare";
import { caught } from "../../../../support/caught";
import { madeUpZip, type ZipPart } from "../../../../support/made-up-zip";
import { gzipBomb, madeUpTar, type TarPart } from "../../../../support/sources/hostile";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();
let count = 0;

async function refusal(name: string, bytes: Buffer): Promise<string> {
  const out = join(folder, `out-${count++}`);
  const archive = join(folder, name);
  writeFileSync(archive, bytes);
  const error = await caught(() => prepare("cub", archive, out));
  expect(error).toMatchObject({ code: "ERR_WSOL_DATA" });
  expect(error.message).toContain(archive);
  expect(existsSync(join(out, "images"))).toBe(false);
  return error.message;
}

const HOSTILE: readonly (readonly [string, TarPart & ZipPart, string])[] = [
  ["a name that leads upwards", { name: "a/../../b.jpg", content: "x" }, ".."],
  ["an absolute name", { name: "/etc/passwd", content: "x" }, "absolute"],
  ["a drive's name", { name: "C:/a.jpg", content: "x" }, "C:/a.jpg"],
  ["a name with a backslash", { name: "a\\..\\b.jpg", content: "x" }, "b.jpg"],
  ["a name with a line end", { name: "a\nb.jpg", content: "x" }, "control characters"],
];

describe.each([
  ["tar", (parts: readonly (TarPart & ZipPart)[]) => madeUpTar(parts)],
  ["tgz", (parts: readonly (TarPart & ZipPart)[]) => gzipSync(madeUpTar(parts))],
  ["zip", (parts: readonly (TarPart & ZipPart)[]) => madeUpZip(parts)],
] as const)("a %s is refused for", (kind, pack) => {
  test.each(HOSTILE)("%s", async (_, part, words) => {
    expect(await refusal(`hostile.${kind}`, pack([part]))).toContain(words);
  });

  test("a name twice", async () => {
    const parts = [
      { name: "a.jpg", content: "1" },
      { name: "./a.jpg", content: "2" },
    ];
    const bytes = pack(kind === "zip" ? [parts[0]!, { ...parts[0]!, content: "2" }] : parts);
    expect(await refusal(`twice.${kind}`, bytes)).toContain("'a.jpg' is in it twice");
  });

  test.each(["/etc/passwd", "../../secret", "a/../../../secret"])("a link to %s", async (target) => {
    const isZip = kind === "zip";
    const part = isZip
      ? { name: "images/a.jpg", content: target, mode: 0o120777 }
      : { name: "images/a.jpg", content: "", type: "2", target };
    expect(await refusal(`link.${kind}`, pack([part]))).toMatch(/a link that leads out of it|truncated/);
  });

  test("being cut short", async () => {
    const bytes = pack([{ name: "images/a.jpg", content: Buffer.alloc(5000, 7) }]);
    const words = await refusal(`short.${kind}`, bytes.subarray(0, bytes.length - (kind === "tar" ? 3000 : 20)));
    expect(words).toContain("cannot take images from the archive");
  });
});

test("a device in a tar is refused", async () => {
  expect(await refusal("device.tar", madeUpTar([{ name: "dev/zero", type: "3" }]))).toContain(
    "neither a file nor a folder",
  );
});

test("a gzip bomb is refused in bounded time and memory", async () => {
  const before = process.memoryUsage().rss;
  expect(await refusal("bomb.tgz", gzipBomb())).toContain("which its own size does not account for");
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
}, 60_000);

test("a zip whose entries together claim more than it can hold is refused before anything is unpacked", async () => {
  const parts = Array.from({ length: 40 }, (_, index) => ({
    name: `${index}.jpg`,
    content: "x",
    declaredSize: 2 ** 22,
  }));
  expect(await refusal("bomb.zip", madeUpZip(parts))).toContain("which its own size does not account for");
});

test("tars within tars are opened only where the format has them, and only so deep", async () => {
  const nested = (depth: number): Buffer =>
    madeUpTar(depth === 0 ? [{ name: "a.jpg", content: "x" }] : [{ name: "inner.tar", content: nested(depth - 1) }]);
  expect(await refusal("nested.tar", nested(8))).toContain("there is no images.txt");
});

test.each([
  ["empty.zip", Buffer.alloc(0), "it is empty"],
  ["set.rar", Buffer.from("Rar!".repeat(10)), "neither a tar nor a zip"],
  ["set.tar.xz", Buffer.alloc(600, 9), "checksum of a header is wrong"],
])("%s is told apart", async (name, bytes, words) => {
  expect(await refusal(name, bytes)).toContain(words);
});
