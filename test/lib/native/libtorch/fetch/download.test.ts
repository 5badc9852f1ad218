import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { downloadFile } from "../../../../../lib/native/libtorch/fetch/download";
import { caught } from "../../../../support/caught";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();
const content = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));
const ranges: (string | undefined)[] = [];
let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    if (request.url === "/missing.zip") return response.writeHead(404).end();
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (request.url === "/cut.zip") {
      response.writeHead(200, { "content-length": content.length }).write(content.subarray(0, 1000));
      return setTimeout(() => response.destroy(), 20);
    }
    const partial = from > 0 && request.url !== "/no-ranges.zip";
    const body = partial ? content.subarray(from) : content;
    return response.writeHead(partial ? 206 : 200, { "content-length": body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe("downloadFile", () => {
  it("saves the whole file and reports every byte", async () => {
    let last: unknown;
    const path = await downloadFile(`${address}/whole.zip`, folder, {
      onProgress: (done, total) => (last = [done, total]),
    });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(last).toEqual([content.length, content.length]);
  });

  it("continues a part where it stopped", async () => {
    writeFileSync(join(folder, "part.zip.part"), content.subarray(0, 1234));
    const path = await downloadFile(`${address}/part.zip#sha256=ignored`, folder);
    expect(ranges.at(-1)).toBe("bytes=1234-");
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  it("starts again where the server cannot continue", async () => {
    writeFileSync(join(folder, "no-ranges.zip.part"), content.subarray(0, 99));
    const path = await downloadFile(`${address}/no-ranges.zip`, folder);
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  it("rejects a connection that ends early, and keeps the part for the next attempt", async () => {
    const error = await caught(() => downloadFile(`${address}/cut.zip`, folder));
    expect(error.code).toBe("ERR_WSOL_LIBTORCH_FETCH");
    expect(error.fix).toContain("continues where it stopped");
    expect(readFileSync(join(folder, "cut.zip.part")).length).toBe(1000);
  });

  it("rejects an answer that is no file, with the status", async () => {
    const error = await caught(() => downloadFile(`${address}/missing.zip`, folder));
    expect(error.message).toContain("the server answered 404");
  });

  it("rejects with the signal's reason when it is aborted", async () => {
    const reason = new Error("enough");
    const download = downloadFile(`${address}/whole2.zip`, folder, { signal: AbortSignal.abort(reason) });
    await expect(download).rejects.toBe(reason);
  });
});
