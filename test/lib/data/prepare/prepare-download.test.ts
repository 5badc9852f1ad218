import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import { downloadSource } from "../../../../lib/data/prepare/download-source";
import { SOURCE_DOWNLOADS } from "../../../../lib/data/prepare/downloads";
import { prepare } from "../../../../lib/data/prepare/prepare";
import { root } from "../../../support/compiled";
import { flowersTree } from "../../../support/sources/oxford-flowers";
import { tgzOf } from "../../../support/sources/tree";
import { temporaryFolder } from "../../../support/temporary-folder";

// The published sums cannot be met without the published files: the table has those of miniatures.
jest.mock("../../../../lib/data/prepare/downloads", () => ({ SOURCE_DOWNLOADS: {} }));

const folder = temporaryFolder();
const files = new Map<string, Buffer>();
/** What a download keeps beside the files. */
const OWN = [".102segmentations.tgz.sha256", ".download.lock"];
let server: Server;
let mirror: string;
let asked: string[] = [];
/** Bytes after which an answer from the beginning stands still. */
let standsStillAfter = Number.POSITIVE_INFINITY;

beforeAll(async () => {
  const tree = await flowersTree();
  const part = (name: string) => Object.fromEntries(Object.entries(tree).filter(([path]) => path.startsWith(name)));
  files.set("102flowers.tgz", await tgzOf(part("jpg/")));
  files.set("102segmentations.tgz", await tgzOf(part("segmim/")));
  for (const name of ["imagelabels.mat", "setid.mat"]) files.set(name, Buffer.from(tree[name]!));
  (SOURCE_DOWNLOADS as Record<string, unknown>)["oxford-flowers"] = [...files].map(([file, bytes]) => ({
    file,
    urls: [],
    md5: file === "102segmentations.tgz" ? null : createHash("md5").update(bytes).digest("hex"),
    unpackedAs: [],
  }));
  server = createServer((request, response) => {
    const [, format, file] = request.url!.split("/") as [string, string, string];
    asked.push(`${format}/${file}${request.headers.range === undefined ? "" : ` ${request.headers.range}`}`);
    send(files.get(file)!, Number(/\d+/.exec(request.headers.range ?? "0")![0]), response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

function send(bytes: Buffer, from: number, response: ServerResponse): void {
  response.writeHead(from > 0 ? 206 : 200, {
    "content-length": bytes.length - from,
    "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
  });
  if (from === 0 && bytes.length > standsStillAfter) response.write(bytes.subarray(0, standsStillAfter));
  else response.end(bytes.subarray(from));
}

test("downloads what is missing, says that a sum is not published, and prepares the set; the next time nothing is asked for", async () => {
  const [source, out] = [join(folder, "source"), join(folder, "out")];
  const warnings: string[] = [];
  const stages = new Set<string>();
  const go = () =>
    prepare("oxford-flowers", source, out, {
      download: true,
      mirror,
      onWarning: (warning) => warnings.push(warning),
      onProgress: ({ stage, file }) => stages.add(file === undefined ? stage : `${stage} ${file}`),
    });
  expect(await go()).toMatchObject({ status: "prepared", splits: { train: 6, val: 3, test: 3 } });
  expect(warnings).toEqual([expect.stringContaining("No sum of '102segmentations.tgz' is published")]);
  expect([...stages].slice(0, 2)).toEqual(["downloading 102flowers.tgz", "downloading 102segmentations.tgz"]);
  expect((await Dataset.open(out)).numClasses).toBe(4);
  asked = [];
  expect(await go()).toMatchObject({ status: "unchanged" });
  expect([asked, warnings.length]).toEqual([[], 1]);
});

test("killed in the middle of a file, goes on from there; nothing half-written is taken for whole", async () => {
  const source = join(folder, "killed");
  standsStillAfter = 2000;
  const child = downloadInChild(source);
  const part = join(source, "102flowers.tgz.part");
  while (!(existsSync(part) && statSync(part).size === 2000)) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGKILL");
  await new Promise((resolve) => child.on("close", resolve));
  expect(readdirSync(source).includes("102flowers.tgz")).toBe(false);
  standsStillAfter = Number.POSITIVE_INFINITY;
  asked = [];
  await downloadSource("oxford-flowers", source, { mirror });
  expect(asked[0]).toBe("oxford-flowers/102flowers.tgz bytes=2000-");
  expect(readdirSync(source).sort()).toEqual([...OWN, ...files.keys()]);
});

test("a disk that is full ends it with ERR_WSOL_WRITE; with room again, it goes on", async () => {
  const source = join(folder, "full");
  // A limit on the size of files stands in for the disk's: writing fails the same way, with another number.
  const child = downloadInChild(source, "ulimit -f 2;");
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(code).toBe(17);
  expect(readdirSync(source).includes("102flowers.tgz")).toBe(false);
  asked = [];
  await downloadSource("oxford-flowers", source, { mirror });
  expect(asked[0]).toBe("oxford-flowers/102flowers.tgz bytes=2048-");
});

test("of two that download into one folder at once one is refused, and what the other leaves is whole", async () => {
  const source = join(folder, "twice");
  const both = await Promise.allSettled([1, 2].map(() => downloadSource("oxford-flowers", source, { mirror })));
  // Which of them comes first is the thread pool's to say.
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(both.find((one) => one.status === "rejected")!.reason).toMatchObject({
    code: "ERR_WSOL_BUSY",
    message: expect.stringContaining("a running download"),
  });
  expect(readdirSync(source).sort()).toEqual([...OWN, ...files.keys()]);
});

/** In a process of its own, which ends with 17 when writing fails. */
function downloadInChild(source: string, before = ""): ChildProcess {
  const dist = (name: string) => JSON.stringify(join(root, "dist", "data", "prepare", name));
  const program = `
    Object.assign(require(${dist("downloads")}).SOURCE_DOWNLOADS, ${JSON.stringify(SOURCE_DOWNLOADS)});
    const { downloadSource } = require(${dist("download-source")});
    downloadSource("oxford-flowers", ${JSON.stringify(source)}, { mirror: "${mirror}" })
      .catch((error) => process.exit(error.code === "ERR_WSOL_WRITE" ? 17 : 1));`;
  return spawn("bash", ["-c", `${before} exec "$0" -e "$1"`, process.execPath, program], { stdio: "inherit" });
}
