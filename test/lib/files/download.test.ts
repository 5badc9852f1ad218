import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { cannotDownload, DownloadProblem, type DownloadRequest, download } from "../../../lib/files/download";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251));
const hex = (algorithm: string) => createHash(algorithm).update(content).digest("hex");
const sha256 = { algorithm: "sha256", hex: hex("sha256") } as const;
const ranges: (string | undefined)[] = [];
let version = '"1"';
let server: Server;
let address: string;
/** An address at which nobody listens. */
let closed: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    if (request.url === "/missing") return response.writeHead(404).end("gone");
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from >= content.length) return response.writeHead(416).end();
    if (request.url === "/cut" && from === 0) {
      response.writeHead(200, { "content-length": content.length }).write(content.subarray(0, 1000));
      return setTimeout(() => response.destroy(), 20);
    }
    if (request.url === "/endless") {
      response.writeHead(200);
      const send = (): void => {
        if (response.write(Buffer.alloc(1 << 16))) setImmediate(send);
        else response.once("drain", send);
      };
      return send();
    }
    if (request.url === "/slow") {
      response.writeHead(200, { "content-length": content.length }).write(content.subarray(0, 1000));
      return setTimeout(() => response.end(content.subarray(1000)), 300);
    }
    if (request.url === "/moved") return response.writeHead(302, { location: "/file" }).end();
    if (request.url === "/in-circles") return response.writeHead(302, { location: "/in-circles" }).end();
    if (request.url === "/broken") return response.writeHead(500).end("sorry");
    if (request.url === "/silent") return undefined;
    if (request.url === "/stalls") {
      return response.writeHead(200, { "content-length": content.length }).write(content.subarray(0, 1000));
    }
    if (request.url === "/versions") {
      const isSame = request.headers["if-range"] === version;
      const rest = content.subarray(isSame ? from : 0);
      response.writeHead(isSame ? 206 : 200, { "content-length": rest.length, etag: version });
      if (isSame) return response.end(rest);
      response.write(rest.subarray(0, 1000));
      return setTimeout(() => response.destroy(), 20);
    }
    if (request.url === "/elsewhere" && from > 0) {
      const headers = { "content-length": content.length - from, "content-range": `bytes 5-${content.length - 1}/*` };
      return response.writeHead(206, headers).end(content.subarray(from));
    }
    const partial = from > 0 && request.url !== "/no-ranges";
    const body = partial ? content.subarray(from) : content;
    return response.writeHead(partial ? 206 : 200, { "content-length": body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  closed = `http://127.0.0.1:${(other.address() as AddressInfo).port}/file`;
  await new Promise((resolve) => other.close(resolve));
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

let count = 0;
function request(path: string, more: Partial<DownloadRequest> = {}): DownloadRequest & { target: string } {
  count += 1;
  return { urls: [address + path], target: join(folder, String(count), "file.bin"), expected: sha256, ...more };
}

function withPart(wanted: DownloadRequest, part: Uint8Array): DownloadRequest {
  mkdirSync(join(wanted.target, ".."), { recursive: true });
  writeFileSync(`${wanted.target}.part`, part);
  return wanted;
}

const isWhole = ({ target }: DownloadRequest) =>
  readFileSync(target).equals(content) && !existsSync(`${target}.part`) && readdirSync(join(target, "..")).length === 1;

describe("download", () => {
  it.each(["md5", "sha1", "sha256"] as const)("saves the whole file and answers with its %s", async (algorithm) => {
    let last: unknown;
    const wanted = request("/file", {
      expected: { algorithm, hex: hex(algorithm).toUpperCase() },
      onProgress: (...progress) => (last = progress),
    });
    expect(await download(wanted)).toEqual({ algorithm, hex: hex(algorithm) });
    expect(isWhole(wanted)).toBe(true);
    expect(last).toEqual([content.length, content.length]);
  });

  it("is content with the first digits of a sum, and with none", async () => {
    const digits = request("/file", { expected: { algorithm: "sha256", hex: sha256.hex.slice(0, 8) } });
    expect(await download(digits)).toEqual(sha256);
    const unknown = request("/file", { expected: null });
    expect(await download(unknown)).toEqual(sha256);
  });

  it("asks no server for a file that is there already", async () => {
    const wanted = request("/file");
    await download(wanted);
    const asked = ranges.length;
    expect(await download(wanted)).toEqual(sha256);
    expect(ranges.length).toBe(asked);
  });

  it("refuses a file that is there already and is another one, and leaves it", async () => {
    const wanted = request("/file");
    mkdirSync(join(wanted.target, ".."), { recursive: true });
    writeFileSync(wanted.target, "mine");
    const error = await caught(() => download(wanted));
    expect(error).toBeInstanceOf(DownloadProblem);
    expect(error.message).toContain(`expected the sha256 ${sha256.hex} of '${wanted.target}'`);
    expect(readFileSync(wanted.target, "utf8")).toBe("mine");
  });

  it("continues a part where it stopped", async () => {
    const wanted = withPart(request("/file"), content.subarray(0, 1234));
    await download(wanted);
    expect(ranges.at(-1)).toBe("bytes=1234-");
    expect(isWhole(wanted)).toBe(true);
  });

  it("takes a part that was complete already", async () => {
    const wanted = withPart(request("/file"), content);
    await download(wanted);
    expect(isWhole(wanted)).toBe(true);
  });

  it("starts again where the server cannot continue, or the part was of another file", async () => {
    const cannot = withPart(request("/no-ranges"), content.subarray(0, 99));
    await download(cannot);
    expect(isWhole(cannot)).toBe(true);
    const other = withPart(request("/file"), Buffer.alloc(5000, 7));
    await download(other);
    expect(isWhole(other)).toBe(true);
    const longer = withPart(request("/file"), Buffer.alloc(content.length + 5, 7));
    await download(longer);
    expect(isWhole(longer)).toBe(true);
  });

  it("does not continue what no sum would check", async () => {
    const wanted = withPart(request("/file", { expected: null }), Buffer.alloc(5000, 7));
    await download(wanted);
    expect(ranges.at(-1)).toBeUndefined();
    expect(isWhole(wanted)).toBe(true);
  });

  it("keeps the part of a connection that ends early, and continues it the next time", async () => {
    const wanted = request("/cut");
    const error = await caught(() => download(wanted));
    expect(error).toBeInstanceOf(DownloadProblem);
    expect(existsSync(wanted.target)).toBe(false);
    expect(readFileSync(`${wanted.target}.part`).length).toBe(1000);
    await download(wanted);
    expect(ranges.at(-1)).toBe("bytes=1000-");
    expect(isWhole(wanted)).toBe(true);
  });

  it("takes nothing whose sum is another one, and removes it", async () => {
    const wanted = request("/file", { expected: { algorithm: "md5", hex: "0123456789abcdef0123456789abcdef" } });
    const error = await caught(() => download(wanted));
    expect(error.message).toContain(`got ${hex("md5")}: it is damaged, or another file`);
    expect(readdirSync(join(wanted.target, ".."))).toEqual([]);
  });

  it("follows redirects, also when it continues, but not in circles", async () => {
    const wanted = withPart(request("/moved"), content.subarray(0, 77));
    await download(wanted);
    expect(ranges.at(-1)).toBe("bytes=77-");
    expect(isWhole(wanted)).toBe(true);
    expect((await caught(() => download(request("/in-circles")))).message).toContain("redirect");
  });

  it("continues without a sum where the server says that the file is still the same, else begins again", async () => {
    const wanted = request("/versions", { expected: null });
    expect(await caught(() => download(wanted))).toBeInstanceOf(DownloadProblem);
    version = '"2"';
    await caught(() => download(wanted));
    expect(ranges.at(-1)).toBe("bytes=1000-");
    expect(readFileSync(`${wanted.target}.part`).length).toBe(1000);
    await download(wanted);
    expect(ranges.at(-1)).toBe("bytes=1000-");
    expect(isWhole(wanted)).toBe(true);
  });

  it("refuses an answer that begins elsewhere than asked", async () => {
    const wanted = withPart(request("/elsewhere"), content.subarray(0, 1000));
    expect((await caught(() => download(wanted))).message).toBe(
      "the server sent the bytes from 5 on, asked for those from 1000 on",
    );
  });

  it.each(["/silent", "/stalls"])("gives up when nothing comes any more, and keeps what came (%s)", async (path) => {
    const wanted = request(path, { stallMs: 150 });
    const error = await caught(() => download(wanted));
    expect(error).toBeInstanceOf(DownloadProblem);
    expect(error.message).toBe("nothing came for 0.15 s");
    expect(existsSync(`${wanted.target}.part`)).toBe(path === "/stalls");
    await download({ ...wanted, urls: [`${address}/file`] });
    expect(isWhole(wanted)).toBe(true);
  });

  it("says what a server that fails has answered", async () => {
    expect((await caught(() => download(request("/broken")))).message).toBe("the server answered 500");
  });

  it("tries the next address where one fails, and names the last of all that do", async () => {
    const wanted = request("/file", { urls: [`${address}/missing`, closed, `${address}/file`] });
    await download(wanted);
    expect(isWhole(wanted)).toBe(true);
    const dead = request("/missing");
    const error = (await caught(() => download(dead))) as unknown as DownloadProblem;
    expect([error.message, error.url]).toEqual(["the server answered 404", `${address}/missing`]);
    expect(cannotDownload("the weights", dead, error)).toMatchObject({
      code: "ERR_WSOL_DOWNLOAD",
      message: `cannot download the weights from '${address}/missing': the server answered 404`,
      fix: `Run it again, it continues where it stopped; or put the file at '${dead.target}' yourself.`,
    });
  });

  it("says why a server cannot be reached", async () => {
    const error = await caught(() => download(request("", { urls: [closed] })));
    expect(error).toBeInstanceOf(DownloadProblem);
    expect(error.message).toContain("ECONNREFUSED");
  });

  it.each(["/file", "/endless"])("stops at a limit (%s)", async (path) => {
    const wanted = request(path, { largest: 100_000, expected: null });
    expect((await caught(() => download(wanted))).message).toContain("expected at most 100000 bytes");
    expect(existsSync(wanted.target)).toBe(false);
  });

  it("rejects with the signal's reason, before and in the middle, and goes on later", async () => {
    const reason = new Error("enough");
    await expect(download(request("/file", { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    const controller = new AbortController();
    const wanted = request("/slow", {
      signal: controller.signal,
      onProgress: (done) => done >= 1000 && controller.abort(reason),
    });
    await expect(download(wanted)).rejects.toBe(reason);
    expect(existsSync(wanted.target)).toBe(false);
    await download({ ...wanted, urls: [`${address}/file`], signal: new AbortController().signal });
    expect(isWhole(wanted)).toBe(true);
  });

  it("two that run at once both end with the whole file", async () => {
    for (const path of ["/slow", "/file"]) {
      const wanted = request(path);
      const both = [download(wanted), download({ ...wanted, urls: [`${address}/file`] })];
      expect(await Promise.all(both)).toEqual([sha256, sha256]);
      expect(isWhole(wanted)).toBe(true);
    }
  });

  it("rejects a folder that cannot be made with ERR_WSOL_WRITE", async () => {
    writeFileSync(join(folder, "a-file"), "");
    const wanted = request("/file", { target: join(folder, "a-file", "below", "file") });
    expect((await caught(() => download(wanted))).code).toBe("ERR_WSOL_WRITE");
  });
});
