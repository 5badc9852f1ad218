import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFolder, openZip } from "../../../../../lib/native/libtorch/fetch/archive";
import { unpackLibtorch } from "../../../../../lib/native/libtorch/fetch/unpack";
import { parseRecord, parseRequirements } from "../../../../../lib/native/libtorch/fetch/wheel-metadata";
import { libraryName } from "../../../../../lib/native/libtorch/find/inspect";
import { caught } from "../../../../support/caught";
import { madeUpElf } from "../../../../support/made-up-elf";
import { libtorchFiles, type MadeUpLibtorch, wheelOf, writeLibtorch } from "../../../../support/made-up-libtorch";
import { madeUpZip, type ZipPart } from "../../../../support/made-up-zip";
import { temporaryFolder } from "../../../../support/temporary-folder";

const onLinux = process.platform === "linux" ? it : it.skip;
const folder = temporaryFolder();
const fresh = () => mkdtempSync(join(folder, "target-"));

function write(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function wheel(name: string, options: MadeUpLibtorch = {}, requires: readonly string[] = []): string {
  const files = new Map([...libtorchFiles(options)].map(([path, content]) => [`torch/${path}`, content]));
  files.set("torch/nn/functional.py", Buffer.from("raise SystemExit"));
  return write(name, wheelOf(files, { requires }));
}

const zipOf = (name: string, parts: readonly ZipPart[]) => write(name, madeUpZip(parts));

describe("unpackLibtorch", () => {
  it("takes from a wheel the libraries that are needed, the headers, the version and the licence, and no Python", async () => {
    const target = fresh();
    await unpackLibtorch(await openZip(wheel("cpu.whl", { cuda: true })), target, { variant: "cpu" });
    expect(readdirSync(join(target, "lib")).sort()).toEqual([libraryName("c10"), libraryName("torch_cpu")].sort());
    expect(readdirSync(target).sort()).toEqual(["include", "lib", "licenses", "version.py"]);
    expect(readFileSync(join(target, "licenses/torch-2.13.0.dist-info/licenses/LICENSE"), "utf8")).toContain("licence");
  });

  it("takes a folder as it takes a wheel", async () => {
    const target = fresh();
    await unpackLibtorch(await openFolder(writeLibtorch(join(folder, "plain"))), target, { variant: "cpu" });
    expect(existsSync(join(target, "include/torch/csrc/api/include/torch/torch.h"))).toBe(true);
    expect(readdirSync(join(target, "lib"))).toHaveLength(2);
  });

  onLinux(
    "asks for the wheels of the libraries that the CPU half needs and the wheel lacks, and takes only those",
    async () => {
      const requires = ['cuda-toolkit[cublas,cudart]==13.0.3; platform_system == "Linux"', 'pyyaml; extra == "pyyaml"'];
      const path = wheel("cuda.whl", { cuda: true, needed: ["libcudart.so.13", "libm.so.6"] }, requires);
      const companion = new Map([
        ["nvidia/cu13/lib/libcudart.so.13", madeUpElf()],
        ["nvidia/cu13/lib/libother.so", madeUpElf()],
      ]);
      const second = write("companion.whl", wheelOf(companion, { info: "nvidia_cuda_runtime-13.0.dist-info" }));
      const target = fresh();
      const asked: unknown[] = [];
      const companions = async (...question: unknown[]) => {
        asked.push(question);
        return [await openZip(second)];
      };
      await unpackLibtorch(await openZip(path), target, { variant: "cpu", companions });
      expect(asked).toEqual([[["libcudart.so.13"], ["cuda-toolkit[cublas,cudart]==13.0.3"]]]);
      expect(readdirSync(join(target, "lib")).sort()).toEqual(["libc10.so", "libcudart.so.13", "libtorch_cpu.so"]);
      expect(readdirSync(join(target, "licenses"))).toContain("nvidia_cuda_runtime-13.0.dist-info");
    },
  );

  onLinux("takes for the CUDA variant the companions' libraries and headers", async () => {
    const nvidia = new Map([
      ["nvidia/cu13/lib/libcudart.so.13", madeUpElf()],
      ["nvidia/cu13/include/crt/host_config.h", Buffer.from("// crt")],
      ["nvidia/nccl/include/nccl.h", Buffer.from("// nccl")],
      ["nvidia/nccl/other/notes.h", Buffer.from("")],
    ]);
    const companion = await openZip(
      write("nvidia.whl", wheelOf(nvidia, { info: "nvidia_nccl_cu13-2.29.7.dist-info" })),
    );
    const target = fresh();
    const archive = await openZip(wheel("with-cuda.whl", { cuda: true }));
    await unpackLibtorch(archive, target, { variant: "cuda", companions: async () => [companion] });
    expect(readdirSync(join(target, "lib"))).toEqual(
      expect.arrayContaining(["libcudart.so.13", "libtorch_cuda.so", "libtorch_cpu.so"]),
    );
    expect(readFileSync(join(target, "include/nvidia/crt/host_config.h"), "utf8")).toBe("// crt");
    expect(readdirSync(join(target, "include/nvidia")).sort()).toEqual(["crt", "nccl.h"]);
  });

  it("rejects the CUDA variant of a CPU build", async () => {
    const archive = await openZip(wheel("only-cpu.whl"));
    const error = await caught(() => unpackLibtorch(archive, fresh(), { variant: "cuda" }));
    expect([error.code, error.message]).toEqual([
      "ERR_WSOL_LIBTORCH_FETCH",
      expect.stringContaining("it is a CPU build"),
    ]);
  });

  it("rejects an archive without LibTorch", async () => {
    const archive = await openZip(zipOf("other.zip", [{ name: "readme.txt", content: "words" }]));
    const error = await caught(() => unpackLibtorch(archive, fresh(), { variant: "cpu" }));
    expect(error.message).toMatch(/cannot take LibTorch from '.*other\.zip': no lib\//);
  });

  it("rejects a file whose content is not what the wheel's RECORD says", async () => {
    const files = new Map([...libtorchFiles()].map(([name, content]) => [`torch/${name}`, content]));
    const bytes = wheelOf(files);
    const record = `torch/version.py,sha256=${"A".repeat(43)},1`;
    const parts: ZipPart[] = [...files].map(([name, content]) => ({ name, content }));
    const forged = zipOf("forged.whl", [...parts, { name: "torch-2.13.0.dist-info/RECORD", content: record }]);
    expect(bytes.length).toBeGreaterThan(0);
    const error = await caught(async () => unpackLibtorch(await openZip(forged), fresh(), { variant: "cpu" }));
    expect(error.message).toContain("'torch/version.py' does not match the sha256");
  });
});

describe("openZip", () => {
  const evil: [string, ZipPart[], RegExp][] = [
    ["a name that climbs out", [{ name: "../evil.so", content: "x" }], /\.\.|invalid relative path/],
    ["a name that climbs out further in", [{ name: "torch/../../evil.so", content: "x" }], /invalid relative path/],
    ["an absolute name", [{ name: "/etc/evil", content: "x" }], /absolute path/],
    ["a name with a backslash", [{ name: "..\\evil", content: "x" }], /invalid characters/],
    ["a symbolic link", [{ name: "lib", content: "/etc", mode: 0o120777 }], /'lib' is a link/],
    [
      "the same name twice",
      [
        { name: "a", content: "1" },
        { name: "a", content: "2" },
      ],
      /'a' is in it twice/,
    ],
    [
      "sizes without bounds",
      Array.from({ length: 9 }, (_, i) => ({ name: `${i}`, content: "x", declaredSize: 2 ** 32 - 2 })),
      /32 GiB/,
    ],
  ];

  it.each(evil)("rejects %s", async (_what, parts, reason) => {
    const error = await caught(() => openZip(zipOf("evil.zip", parts)));
    expect(error.code).toBe("ERR_WSOL_LIBTORCH_FETCH");
    expect(error.message).toMatch(reason);
  });

  it("rejects an entry that unpacks to more than it declares", async () => {
    const files = [...libtorchFiles()].map(([name, content]) => ({ name, content }));
    const bomb = { name: "include/bomb.h", content: Buffer.alloc(100_000), declaredSize: 10 };
    const archive = await openZip(zipOf("bomb.zip", [...files, bomb]));
    const error = await caught(() => unpackLibtorch(archive, fresh(), { variant: "cpu" }));
    expect(error.message).toMatch(/'include\/bomb\.h': too many bytes/);
  });

  it.each([
    ["an empty file", Buffer.alloc(0)],
    ["text", Buffer.from("no zip at all, but long enough for the end record to be looked for")],
    ["half a zip", madeUpZip([{ name: "a", content: "1" }]).subarray(20)],
  ])("rejects %s", async (_what, bytes) => {
    const error = await caught(() => openZip(write("damaged.zip", bytes)));
    expect(error.code).toBe("ERR_WSOL_LIBTORCH_FETCH");
  });
});

describe("wheel metadata", () => {
  it("reads hashes from RECORD, quoted names included, and skips lines without one", () => {
    const text = 'torch/a.so,sha256=abc-_1,12\r\n"torch/b,c.h",sha256=def=,3\ntorch-2.dist-info/RECORD,,\n';
    expect([...parseRecord(text)]).toEqual([
      ["torch/a.so", "abc-_1"],
      ["torch/b,c.h", "def"],
    ]);
  });

  it("reads requirements of the header only, without markers and without optional extras", () => {
    const text =
      'Name: torch\nRequires-Dist: a==1; platform_system == "Linux"\nRequires-Dist: b (>=2)\nRequires-Dist: c; extra == "c"\n\nRequires-Dist: prose';
    expect(parseRequirements(text)).toEqual(["a==1", "b>=2"]);
  });
});
