import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cannotWrite, isFile, makeFolder, nameOfTemporary, sha256Of, writeFileAtomically } from "../../lib/files";
import { caught } from "../support/caught";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

describe("nameOfTemporary", () => {
  test("knows the name under which writeFileAtomically works", async () => {
    const own = join(folder, "temporary");
    mkdirSync(own);
    let seen: string[] = [];
    const content = (function* () {
      seen = readdirSync(own);
      yield Uint8Array.of(1);
    })();
    await writeFileAtomically(join(own, "last.safetensors"), content);
    expect(seen.map(nameOfTemporary)).toEqual(["last.safetensors"]);
  });

  test.each(["last.safetensors", ".last.tmp", ".last.0123456789a.tmp", ".last.0123456789xy.tmp", "a.0123456789ab.tmp"])(
    "knows %s for no such name",
    (name) => {
      expect(nameOfTemporary(name)).toBeNull();
    },
  );
});

describe("writeFileAtomically", () => {
  test("writes text, bytes and many parts", async () => {
    await writeFileAtomically(join(folder, "text"), "grüße\n");
    await writeFileAtomically(join(folder, "bytes"), Uint8Array.of(0, 255, 7));
    await writeFileAtomically(join(folder, "parts"), [Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)]);
    expect(readFileSync(join(folder, "text"), "utf8")).toBe("grüße\n");
    expect([...readFileSync(join(folder, "bytes"))]).toEqual([0, 255, 7]);
    expect([...readFileSync(join(folder, "parts"))]).toEqual([1, 2, 3]);
  });

  test("writes only the view of a larger buffer", async () => {
    const whole = Uint8Array.of(9, 1, 2, 9);
    await writeFileAtomically(join(folder, "view"), whole.subarray(1, 3));
    expect([...readFileSync(join(folder, "view"))]).toEqual([1, 2]);
  });

  test("replaces a file and leaves nothing beside it", async () => {
    const own = join(folder, "replaced");
    mkdirSync(own);
    writeFileSync(join(own, "file"), "old and longer");
    await writeFileAtomically(join(own, "file"), "new");
    expect(readFileSync(join(own, "file"), "utf8")).toBe("new");
    expect(readdirSync(own)).toEqual(["file"]);
  });

  test("keeps the old file and leaves no temporary one when the content fails half-way", async () => {
    const own = join(folder, "failing");
    mkdirSync(own);
    writeFileSync(join(own, "file"), "old");
    const content = (function* () {
      yield Uint8Array.of(1);
      throw new Error("the source broke");
    })();
    const error = await caught(() => writeFileAtomically(join(own, "file"), content));
    expect(error).toMatchObject({ code: "ERR_WSOL_WRITE", details: { path: join(own, "file") } });
    expect(error.message).toContain("the source broke");
    expect(readFileSync(join(own, "file"), "utf8")).toBe("old");
    expect(readdirSync(own)).toEqual(["file"]);
  });

  test("concurrent writers leave one whole content", async () => {
    const path = join(folder, "raced");
    const contents = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(10_000));
    await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
    expect(contents).toContain(readFileSync(path, "utf8"));
  });

  test.each([
    ["a missing folder", "absent/file", "its folder does not exist"],
    ["a path below a file", "text/file", "a part of the path is a file"],
    ["a folder", "taken", "it is a folder"],
  ])("rejects %s with the reason", async (_, name, reason) => {
    writeFileSync(join(folder, "text"), "x");
    mkdirSync(join(folder, "taken"), { recursive: true });
    const path = join(folder, name);
    const error = await caught(() => writeFileAtomically(path, "x"));
    expect(error).toMatchObject({ code: "ERR_WSOL_WRITE", message: `cannot write '${path}': ${reason}` });
    expect(readdirSync(folder).filter((entry) => entry.endsWith(".tmp"))).toEqual([]);
    expect(statSync(join(folder, "taken")).isDirectory()).toBe(true);
  });
});

test("makeFolder says that a file lies where the folder is to be", async () => {
  const path = join(folder, "no-folder");
  writeFileSync(path, "");
  const { code, message } = await caught(() => makeFolder(path));
  expect([code, message]).toEqual(["ERR_WSOL_WRITE", `cannot write '${path}': it is a file`]);
});

describe("cannotWrite", () => {
  test.each([
    ["ENOSPC", "no space left"],
    ["EDQUOT", "the quota is used up"],
    ["EROFS", "the file system is read-only"],
    ["EACCES", "permission denied"],
  ])("words %s as %s", (code, words) => {
    const cause = Object.assign(new Error("system"), { code });
    expect(cannotWrite("out.bin", cause)).toMatchObject({
      code: "ERR_WSOL_WRITE",
      message: `cannot write 'out.bin': ${words}`,
      details: { path: "out.bin", code },
      cause,
    });
  });

  test("keeps the words of an unknown reason", () => {
    expect(cannotWrite("out.bin", new Error("odd")).message).toBe("cannot write 'out.bin': Error: odd");
  });
});

describe("sha256Of", () => {
  test("gives the hex digest", async () => {
    const path = join(folder, "abc");
    writeFileSync(path, "abc");
    expect(await sha256Of(path)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("isFile", () => {
  test("is true of a file, false of a folder and of what is not there or below a file", () => {
    const path = join(folder, "a-file");
    writeFileSync(path, "");
    expect([path, folder, join(folder, "absent"), join(path, "below")].map(isFile)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
