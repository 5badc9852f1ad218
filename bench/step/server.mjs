import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

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
    server.#child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
    const failed = new Promise((resolve) => server.#child.once("error", () => resolve({ done: true })));
    // One that cannot run closes its input; that it ends tells as much.
    server.#child.stdin.on("error", () => undefined);
    if (input !== undefined) server.#child.stdin.write(`${JSON.stringify(input)}\n`);
    server.#lines = createInterface({ input: server.#child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await Promise.race([server.#lines.next(), failed]);
    return done || value !== "ready" ? null : server;
  }

  async run(steps) {
    this.seconds.push(...(await this.ask(steps)).split(" ").map(Number));
  }

  /** The line that it answers. */
  async ask(request) {
    this.#child.stdin.write(`${request}\n`);
    return (await this.#lines.next()).value;
  }

  stop() {
    this.#child.stdin.end();
  }
}
