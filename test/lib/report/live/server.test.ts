import { request } from "node:http";
import { type PageServer, servePage } from "../../../../lib/report/live/server";

const servers: PageServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function serve(port = 0): Promise<PageServer> {
  const server = await servePage({ revision: async () => "r1", render: async () => "<!doctype html><p>é</p>" }, port);
  servers.push(server);
  return server;
}

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

function ask(url: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = options.host === undefined ? {} : { Host: options.host };
    const asked = request(url, { method: options.method ?? "GET", headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({
          status: response.statusCode!,
          type: response.headers["content-type"],
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    asked.on("error", reject).end();
  });
}

describe("servePage", () => {
  test("gives the page at / and its revision at /revision, on the loopback address", async () => {
    const { url } = await serve();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = { status: 200, type: "text/html; charset=utf-8", body: "<!doctype html><p>é</p>" };
    expect(await ask(url)).toEqual(page);
    expect(await ask(`${url}?again`)).toEqual(page);
    expect(await ask(`${url}revision`)).toMatchObject({ status: 200, body: "r1" });
  });

  test("HEAD has no body, other methods are refused, other paths are not there", async () => {
    const { url } = await serve();
    expect(await ask(url, { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    expect(await ask(url, { method: "POST" })).toMatchObject({ status: 405 });
    expect(await ask(`${url}../etc/passwd`)).toMatchObject({ status: 404 });
  });

  test("refuses to answer under a foreign name, by which another site would read it", async () => {
    const { url } = await serve();
    expect(await ask(url, { host: "example.org" })).toMatchObject({ status: 403 });
    expect(await ask(url, { host: "localhost:80" })).toMatchObject({ status: 200 });
  });

  test("a page that cannot be made is answered with 500, and the server goes on", async () => {
    let isBroken = true;
    const render = async () => {
      if (isBroken) throw new Error("broken");
      return "whole";
    };
    const server = await servePage({ revision: async () => "", render }, 0);
    servers.push(server);
    expect(await ask(server.url)).toMatchObject({ status: 500, body: "Error: broken" });
    isBroken = false;
    expect(await ask(server.url)).toMatchObject({ status: 200, body: "whole" });
  });

  test("a port in use is ERR_WSOL_BUSY with the way out", async () => {
    const { url } = await serve();
    const port = Number(new URL(url).port);
    await expect(serve(port)).rejects.toMatchObject({ code: "ERR_WSOL_BUSY", details: { port } });
  });

  test.each([-1, 65_536, 1.5, Number.NaN, "80"])("refuses %p as port", async (port) => {
    await expect(serve(port as number)).rejects.toMatchObject({ code: "ERR_WSOL_ARGUMENT" });
  });

  test("close ends open connections, and may be called twice", async () => {
    const server = await serve();
    await ask(server.url);
    await Promise.all([server.close(), server.close()]);
    await expect(ask(server.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
