import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { start } from "../child.mjs";

/** A process that works on request, such as taking training steps: see ours.mjs. */
export class StepServer {
  #child;
  #followers;
  #lines;
  /** Of every step so far. */
  seconds = [];

  /**
   * Resolves when it is warm; null where it cannot run. `input`, if there is any, is its first line, as JSON. `followers` are
   * the environments of processes that take the same steps with it, and end when it does; `environment` is its own.
   */
  static async start(name, command, args, { input, environment = {}, followers = [] } = {}) {
    const server = new StepServer();
    server.name = name;
    // Why a peer cannot run is asked of Python itself; why ours cannot is to be read.
    const spawned = (more, stdio) => start(command, args, { stdio, env: { ...process.env, ...more } });
    const stderr = name === "ours" ? "inherit" : "ignore";
    server.#child = spawned(environment, ["pipe", "pipe", stderr]);
    server.#followers = followers.map((more) => spawned(more, ["ignore", "ignore", stderr]));
    // One that cannot run closes its input; that it ends tells as much.
    server.#child.stdin.on("error", () => undefined);
    const failed = new Promise((resolve) => {
      for (const child of [server.#child, ...server.#followers]) child.once("error", () => resolve({ done: true }));
    });
    if (input !== undefined) server.#child.stdin.write(`${JSON.stringify(input)}\n`);
    server.#lines = createInterface({ input: server.#child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await Promise.race([server.#lines.next(), failed]);
    if (!done && value === "ready") return server;
    for (const child of server.#followers) child.kill();
    return null;
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

  /** Resolves when its processes have ended, so that they slow nothing that comes after. */
  async stop() {
    const children = [this.#child, ...this.#followers];
    const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ended = Promise.all(running.map((child) => new Promise((resolve) => child.once("close", resolve))));
    this.#child.stdin.end();
    await ended;
  }
}
