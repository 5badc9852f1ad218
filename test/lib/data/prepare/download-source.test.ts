import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DOWNLOADABLE_FORMATS, downloadSource } from "../../../../lib/data/prepare/download-source";
import { SOURCE_DOWNLOADS } from "../../../../lib/data/prepare/downloads";
import { SOURCE_FORMATS } from "../../../../lib/data/prepare/formats";
import { caught } from "../../../support/caught";
import { temporaryFolder } from "../../../support/temporary-folder";

// The published sums cannot be met without the published files: each test's table has those of made-up ones.
jest.mock("../../../../lib/data/prepare/downloads", () => {
  const actual = jest.requireActual("../../../../lib/data/prepare/downloads");
  return { ...actual, SOURCE_DOWNLOADS: { ...actual.SOURCE_DOWNLOADS } };
});

const folder = temporaryFolder();
const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7 + (index >> 8)) % 253));
const md5 = createHash("md5").update(content).digest("hex");
const sha256 = createHash("sha256").update(content).digest("hex");

let server: Server;
let mirror: string;
/** An address at which nobody listens. */
let closed: string;
let requests: { path: string; range: string | undefined }[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

const whole = (request: IncomingMessage, response: ServerResponse) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const headers = {
    "content-length": content.length - from,
    "content-range": `bytes ${from}-${content.length - 1}/${content.length}`,
  };
  response.writeHead(from > 0 ? 206 : 200, headers).end(content.subarray(from));
};
const cutAt = (bytes: number) => (request: IncomingMessage, response: ServerResponse) => {
  if (request.headers.range !== undefined) return whole(request, response);
  response.writeHead(200, { "content-length": content.length }).write(content.subarray(0, bytes));
  setTimeout(() => response.destroy(), 20);
};

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push({ path: request.url!, range: request.headers.range });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sets`;
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  closed = `http://127.0.0.1:${(other.address() as AddressInfo).port}/CUB`;
  await new Promise((resolve) => other.close(resolve));
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  answer = whole;
  requests = [];
  const table = SOURCE_DOWNLOADS as Record<string, unknown>;
  table.cub = [{ file: "CUB 200.tgz", urls: [closed], md5, unpackedAs: ["CUB_200_2011/images.txt"] }];
  table["oxford-flowers"] = [{ file: "segmim.tgz", urls: [closed], md5: null, unpackedAs: ["segmim"] }];
});

let count = 0;
const fresh = () => join(folder, String(count++), "source");

describe("the table of downloads", () => {
  test("names formats that exist, distinct files, sums of 32 digits and addresses that end in the file's name", () => {
    const { SOURCE_DOWNLOADS: published } = jest.requireActual<typeof import("../../../../lib/data/prepare/downloads")>(
      "../../../../lib/data/prepare/downloads",
    );
    expect(Object.keys(published)).toEqual(["cub", "oxford-pet", "oxford-flowers", "voc2012"]);
    expect(DOWNLOADABLE_FORMATS.filter((name) => !SOURCE_FORMATS.some((format) => format.name === name))).toEqual([]);
    for (const files of Object.values(published)) {
      expect(new Set(files.map(({ file }) => file)).size).toBe(files.length);
      for (const { file, urls, md5: sum } of files) {
        expect(sum ?? "0".repeat(32)).toMatch(/^[0-9a-f]{32}$/);
        for (const url of urls)
          expect([new URL(url).host, url.endsWith(`/${file}`)]).toEqual([expect.stringMatching(/\.(edu|uk)$/), true]);
      }
    }
    const withoutSum = Object.values(published)
      .flat()
      .filter((download) => download.md5 === null);
    expect(withoutSum.map(({ file }) => file)).toEqual(["102segmentations.tgz"]);
  });
});

describe("downloadSource", () => {
  test("saves the file from the mirror's folder of the format, checked, and asks for it once", async () => {
    const target = fresh();
    const progress: unknown[] = [];
    await downloadSource("cub", target, { mirror, onProgress: (...parts) => progress.push(parts) });
    expect(requests.map(({ path }) => path)).toEqual(["/sets/cub/CUB%20200.tgz"]);
    expect(readFileSync(join(target, "CUB 200.tgz")).equals(content)).toBe(true);
    expect(readdirSync(target)).toEqual([".download.lock", "CUB 200.tgz"]);
    expect(progress.at(-1)).toEqual(["CUB 200.tgz", content.length, content.length]);
    await downloadSource("cub", target, { mirror });
    expect(requests.length).toBe(1);
  });

  test("the environment names a mirror too, and an option comes before it", async () => {
    process.env.WSOL_DATA_MIRROR = `${mirror}/other/`;
    try {
      await downloadSource("cub", fresh());
      await downloadSource("cub", fresh(), { mirror });
    } finally {
      delete process.env.WSOL_DATA_MIRROR;
    }
    expect(requests.map(({ path }) => path)).toEqual(["/sets/other/cub/CUB%20200.tgz", "/sets/cub/CUB%20200.tgz"]);
  });

  test("continues after a connection that ended early", async () => {
    const target = fresh();
    answer = cutAt(5000);
    const error = await caught(() => downloadSource("cub", target, { mirror }));
    expect(error.code).toBe("ERR_WSOL_DOWNLOAD");
    expect(existsSync(join(target, "CUB 200.tgz"))).toBe(false);
    await downloadSource("cub", target, { mirror });
    expect(requests.map(({ range }) => range)).toEqual([undefined, "bytes=5000-"]);
    expect(readFileSync(join(target, "CUB 200.tgz")).equals(content)).toBe(true);
  });

  test("saves the whole file from a server that ignores what was asked for", async () => {
    const target = fresh();
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "CUB 200.tgz.part"), content.subarray(0, 4000));
    answer = (_, response) => void response.writeHead(200).end(content);
    await downloadSource("cub", target, { mirror });
    expect(readFileSync(join(target, "CUB 200.tgz")).equals(content)).toBe(true);
  });

  test.each([404, 410, 500, 503])("an address that answers %i says where to put the file instead", async (status) => {
    const target = fresh();
    answer = (_, response) => void response.writeHead(status).end("no");
    const error = await caught(() => downloadSource("cub", target, { mirror }));
    expect(error).toMatchObject({
      code: "ERR_WSOL_DOWNLOAD",
      message: `cannot download 'CUB 200.tgz' from '${mirror}/cub/CUB%20200.tgz': the server answered ${status}`,
      fix: expect.stringContaining(`put the file at '${join(target, "CUB 200.tgz")}' yourself`),
    });
  });

  test("so does an address at which nobody listens", async () => {
    const error = await caught(() => downloadSource("cub", fresh()));
    expect(error.code).toBe("ERR_WSOL_DOWNLOAD");
    expect(error.message).toContain(`'${closed}': connect ECONNREFUSED`);
  });

  test("takes no file of another sum, and leaves nothing of it", async () => {
    const target = fresh();
    answer = (_, response) => void response.writeHead(200).end("something else");
    const error = await caught(() => downloadSource("cub", target, { mirror }));
    expect(error.message).toContain(`expected the md5 ${md5}`);
    expect(readdirSync(target)).toEqual([".download.lock"]);
  });

  test("refuses a damaged file that is there already, and leaves it", async () => {
    const target = fresh();
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "CUB 200.tgz"), "mine");
    const error = await caught(() => downloadSource("cub", target, { mirror }));
    expect(error).toMatchObject({ code: "ERR_WSOL_DOWNLOAD", fix: expect.stringContaining("remove it") });
    expect(readFileSync(join(target, "CUB 200.tgz"), "utf8")).toBe("mine");
    expect(requests).toEqual([]);
  });

  test("leaves out what was unpacked already", async () => {
    const target = fresh();
    mkdirSync(join(target, "CUB_200_2011"), { recursive: true });
    writeFileSync(join(target, "CUB_200_2011", "images.txt"), "");
    await downloadSource("cub", target, { mirror });
    expect(requests).toEqual([]);
  });

  test("notes the sum of a file that has no published one, says so, and holds later downloads to it", async () => {
    const target = fresh();
    const notes: string[] = [];
    const again = () => downloadSource("oxford-flowers", target, { mirror, onNote: (note) => notes.push(note) });
    await again();
    const pin = join(target, ".segmim.tgz.sha256");
    expect(readFileSync(pin, "utf8")).toBe(`${sha256}  segmim.tgz\n`);
    expect(notes).toEqual([expect.stringContaining(`SHA-256 ${sha256}`)]);
    await again();
    expect([notes.length, requests.length]).toEqual([1, 1]);
    writeFileSync(join(target, "segmim.tgz"), "another");
    expect((await caught(again)).message).toContain(`expected the sha256 ${sha256}`);
    writeFileSync(pin, "what is this");
    expect((await caught(again)).code).toBe("ERR_WSOL_DATA");
  });

  test("gives up on a server that stalls, and goes on later", async () => {
    const target = fresh();
    answer = (_, response) =>
      void response.writeHead(200, { "content-length": content.length }).write(content.subarray(0, 3000));
    const error = await caught(() => downloadSource("cub", target, { mirror, stallMs: 150 }));
    expect(error.message).toContain("nothing came for 0.15 s");
    answer = whole;
    await downloadSource("cub", target, { mirror });
    expect(requests.at(-1)!.range).toBe("bytes=3000-");
  });

  test("rejects with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    answer = () => controller.abort(reason);
    await expect(downloadSource("cub", fresh(), { mirror, signal: controller.signal })).rejects.toBe(reason);
  });

  test("rejects formats without downloads, and mirrors that are no address, as arguments", async () => {
    expect((await caught(() => downloadSource("ilsvrc", fresh()))).message).toContain(
      "one that can be downloaded (cub, oxford-pet",
    );
    for (const wrong of ["ftp://x/", "somewhere", "file:///etc"]) {
      expect((await caught(() => downloadSource("cub", fresh(), { mirror: wrong }))).code).toBe("ERR_WSOL_ARGUMENT");
    }
  });
});
