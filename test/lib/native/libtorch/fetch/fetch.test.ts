import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fetchLibtorch } from "../../../../../lib/native/libtorch/fetch/fetch";
import { pipDownload } from "../../../../../lib/native/libtorch/fetch/pip";
import { caught } from "../../../../support/caught";
import { libtorchFiles, wheelOf, writeLibtorch } from "../../../../support/made-up-libtorch";
import { temporaryFolder } from "../../../../support/temporary-folder";

const onUnix = process.platform === "win32" ? it.skip : it;
jest.setTimeout(60_000);

const folder = temporaryFolder();
const before = { ...process.env };
let counter = 0;
let cache: string;

beforeEach(() => {
  cache = join(folder, `cache-${counter++}`);
  process.env.XDG_CACHE_HOME = cache;
  delete process.env.WSOL_TORCH_INDEX;
});
afterAll(() => {
  process.env = before;
});

const fetched = () => readdirSync(join(cache, "entropy-wsol", "libtorch"));

/** Puts a script in pip's place; it sees the arguments after `-m pip` and writes each call's to `calls`. */
function standInForPip(script: string): () => string[] {
  const bin = join(folder, `bin-${counter}`);
  mkdirSync(bin, { recursive: true });
  const calls = join(bin, "calls");
  const text = `#!/bin/sh\nshift 2\necho "$*" >> '${calls}'\nwhile [ "$1" != --dest ]; do shift; done\ndest="$2"\n${script}\n`;
  writeFileSync(join(bin, "python3"), text, { mode: 0o755 });
  process.env.PATH = `${bin}${delimiter}${before.PATH}`;
  return () => readFileSync(calls, "utf8").trim().split("\n");
}

function madeUpWheel(): string {
  const path = join(folder, "torch-2.13.0-cp311-cp311-linux_x86_64.whl");
  const files = new Map([...libtorchFiles()].map(([name, content]) => [`torch/${name}`, content]));
  writeFileSync(path, wheelOf(files));
  return path;
}

describe("fetchLibtorch", () => {
  it("rejects a LibTorch that does not load, and leaves nothing behind", async () => {
    const from = writeLibtorch(join(folder, "hollow"));
    const error = await caught(() => fetchLibtorch({ from, variant: "cpu" }));
    expect(error.code).toBe("ERR_WSOL_LIBTORCH_FETCH");
    expect(error.message).toContain("LibTorch was unpacked, but does not load");
    expect(fetched()).toEqual([]);
  });

  it("rejects a version that the source does not compile against, before anything is downloaded", async () => {
    const error = await caught(() => fetchLibtorch({ version: "1.13.0" }));
    expect(error.code).toBe("ERR_WSOL_LIBTORCH_VERSION");
    expect(existsSync(cache)).toBe(false);
  });

  it("rejects a source that is not there, and one whose checksum differs", async () => {
    const absent = await caught(() => fetchLibtorch({ from: join(folder, "absent.whl") }));
    expect(absent.message).toContain("expected a URL, zip, wheel or folder for 'from'");
    const error = await caught(() => fetchLibtorch({ from: madeUpWheel(), sha256: "0".repeat(64) }));
    expect(error.message).toMatch(/^expected sha256 0{64} of '.*', got [0-9a-f]{64}$/);
    expect(fetched()).toEqual([]);
  });

  it("rejects a cache folder that cannot be written", async () => {
    writeFileSync(join(folder, "a-file"), "");
    process.env.XDG_CACHE_HOME = join(folder, "a-file");
    const error = await caught(() => fetchLibtorch({ from: madeUpWheel() }));
    expect(error.code).toBe("ERR_WSOL_WRITE");
  });

  onUnix("asks the index of WSOL_TORCH_INDEX first, and pip's own when that one gives nothing", async () => {
    process.env.WSOL_TORCH_INDEX = "http://127.0.0.1:9/simple";
    const wheel = madeUpWheel();
    const script = `case "$*" in *--index-url*) exit 1;; esac\ncp '${wheel}' "$dest"\necho "Saved $dest/$(basename '${wheel}')"`;
    const calls = standInForPip(script);
    const error = await caught(() => fetchLibtorch({ variant: "cpu" }));
    expect(error.message).toContain("does not load");
    expect(calls()).toHaveLength(2);
    expect(calls()[0]).toContain("--index-url http://127.0.0.1:9/simple --timeout 5 --retries 0 torch==2.13.0");
    expect(calls()[1]).toMatch(/^download --only-binary=:all: .* --no-deps torch==2\.13\.0$/);
  });

  onUnix("rejects when the index that the caller names gives nothing", async () => {
    const calls = standInForPip("echo 'ERROR: no connection' >&2; exit 1");
    const error = await caught(() => fetchLibtorch({ variant: "cpu", indexUrl: "http://127.0.0.1:9/simple" }));
    expect(error.message).toContain("ERROR: no connection");
    expect(calls()).toHaveLength(1);
  });
});

describe("pipDownload", () => {
  onUnix("asks for other Pythons' wheels when the running one has none", async () => {
    const script =
      'case "$*" in *"--python-version 3.12"*) echo "Saved $dest/torch-2.13.0-cp312.whl"; exit 0;; esac\necho "ERROR: No matching distribution found"; exit 1';
    const calls = standInForPip(script);
    const linuxOrMac = ["linux-x64", "linux-arm64", "darwin-arm64"].includes(`${process.platform}-${process.arch}`);
    const download = pipDownload(["torch==2.13.0"], join(folder, "wheels"));
    if (!linuxOrMac) return expect(download).rejects.toThrow("No matching distribution");
    expect(await download).toEqual(["torch-2.13.0-cp312.whl"]);
    expect(calls()).toHaveLength(3);
  });

  onUnix("rejects with what to install when there is no pip", async () => {
    standInForPip("echo 'No module named pip' >&2; exit 1");
    const error = await caught(() => pipDownload(["torch==2.13.0"], join(folder, "wheels")));
    expect(error.fix).toContain("Install Python 3 with pip");
  });

  onUnix("rejects with the signal's reason when it is aborted", async () => {
    standInForPip("exec sleep 60");
    const reason = new Error("enough");
    const controller = new AbortController();
    const download = pipDownload(["torch"], join(folder, "wheels"), { signal: controller.signal });
    controller.abort(reason);
    await expect(download).rejects.toBe(reason);
  });
});
