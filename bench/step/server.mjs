import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { start } from "../child.mjs";

/** A process that works on request, such as taking training steps: see ours.mjs. */
export class StepServer {
  #child;
  #lines;
  /** Of every step so far. */
  seconds = [];

  /** Resolves when it is warm; null where it cannot run. `input`, if there is any, is its first line, as JSON. */
  static async start(name, command, args, input) {
    const server = new StepServer();
    server.name = name;
    // Why a peer cannot run is asked of Python itself; why ours cannot is to be read.
    server.#child = start(command, args, { stdio: ["pipe", "pipe", name === "ours" ? "inherit" : "ignore"] });
    // One that cannot run closes its input; that it ends tells as much.
    server.#child.stdin.on("error", () => undefined);
    const failed = new Promise((resolve) => server.#child.once("error", () => resolve({ done: true })));
    if (input !== undefined) server.#child.stdin.write(`${JSON.stringify(input)}\n`);
    server.#lines = createInterface({ input: server.#child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await Promise.race([server.#lines.next(), failed]);
    return done || value !== "ready" ? null : server;
  }

  /** Takes so many steps; returns the seconds of each. */
  async run(steps) {
    const seconds = (await this.ask(steps)).split(" ").map(Number);
    this.seconds.push(...seconds);
    return seconds;
  }

  /** The line that it answers. */
  async ask(request) {
    this.#child.stdin.write(`${request}
`);
    const { value } = await this.#lines.next();
    if (value === undefined) throw new Error(`the process '${this.name}' ended instead of answering`);
    return value;
  }

  /** MiB of memory that the process had resident at most; undefined where the system does not tell. */
  peakMemory() {
    const path = `/proc/${this.#child.pid}/status`;
    if (!existsSync(path)) return undefined;
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(path, "utf8"))[1]) / 1024;
  }

  /** Resolves when its process has ended, so that it slows nothing that comes after. */
  async stop() {
    const ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stdin.end();
    await ended;
  }
}
