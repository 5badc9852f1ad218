import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process that takes training steps on request: see ours.mjs. */
export class StepServer {
  #child;
  #lines;
  /** Of every step so far. */
  seconds = [];

  /** Resolves when it is warm; null where it cannot run. */
  static async start(name, command, args) {
    const server = new StepServer();
    server.name = name;
    server.#child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
    const failed = new Promise((resolve) => server.#child.once("error", () => resolve({ done: true })));
    server.#lines = createInterface({ input: server.#child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await Promise.race([server.#lines.next(), failed]);
    return done || value !== "ready" ? null : server;
  }

  async run(steps) {
    this.#child.stdin.write(`${steps}\n`);
    const { value } = await this.#lines.next();
    this.seconds.push(...value.split(" ").map(Number));
  }

  stop() {
    this.#child.stdin.end();
  }
}
