import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { invalidArgument, WsolError } from "../../errors";

/** A page whose content changes. */
export interface LivePage {
  /** Short, and another one whenever the page would look different. */
  readonly revision: () => Promise<string>;
  /** The page as it is now; never rejects. */
  readonly render: () => Promise<string>;
}

export interface PageServer {
  readonly url: string;
  /** Idempotent. */
  close(): Promise<void>;
}

/** No other machine can ask. */
const HOST = "127.0.0.1";
const LARGEST_PORT = 65_535;

/**
 * Serves a page on this machine alone: `/` is the page, `/revision` what its script asks for to learn of changes.
 * @param port 0: any that is free.
 * @throws ERR_WSOL_ARGUMENT; ERR_WSOL_BUSY if the port is in use
 */
export async function servePage(page: LivePage, port: number): Promise<PageServer> {
  if (!Number.isInteger(port) || port < 0 || port > LARGEST_PORT) {
    throw invalidArgument("port", `a whole number from 0 to ${LARGEST_PORT}`, port);
  }
  const server = createServer((request, response) => {
    answer(page, request, response).catch((error) => send(response, 500, "text/plain", String(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(cannotListen(port, cause)));
    server.listen(port, HOST, resolve);
  });
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}/`;
  let closing: Promise<void> | null = null;
  return {
    url,
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

async function answer(page: LivePage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A foreign site whose name leads here would bring its own.
  if (!isOurs(request.headers.host)) return send(response, 403, "text/plain", "not served under this name");
  if (request.method !== "GET" && request.method !== "HEAD") {
    return send(response, 405, "text/plain", "only GET");
  }
  const [path] = (request.url ?? "").split("?");
  if (path === "/") return send(response, 200, "text/html", await page.render());
  if (path === "/revision") return send(response, 200, "text/plain", await page.revision());
  send(response, 404, "text/plain", "nothing here");
}

function isOurs(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? "");
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "Content-Type": `${type}; charset=utf-8`,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

function cannotListen(port: number, cause: Error): WsolError {
  return new WsolError("ERR_WSOL_BUSY", `cannot listen on port ${port} of ${HOST}: ${cause.message}`, {
    details: { port },
    fix: "Pass another port, or 0 for any that is free.",
    cause,
  });
}
