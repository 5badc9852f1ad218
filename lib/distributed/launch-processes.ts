import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { INTERRUPTED_EXIT_CODE } from "../errors";

/** How long the others have to end by themselves, and to say why, once one has failed. */
const GRACE_MS = 10_000;
/** And how long to save, once they are told to. */
const LAST_MS = 5_000;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
/** The network of a machine with itself. */
const LOOPBACK = process.platform === "darwin" ? "lo0" : "lo";

/**
 * Starts a program `count` times, told apart by the variables that torchrun sets, and waits for all. The first has the
 * terminal; of the others come the lines of stderr, with their rank. Signals go on to all of them. Where one fails, the
 * others are given a moment and then ended.
 * @returns the largest of their exit codes, which says most: those whose fault it was not end with 1
 */
export async function launchProcesses(
  program: string,
  args: readonly string[],
  { count }: { readonly count: number },
): Promise<number> {
  const port = await freePort();
  const children = Array.from({ length: count }, (_, rank) => start(program, args, { rank, count, port }));
  let isInterrupted = false;
  const forward = (signal: NodeJS.Signals) => {
    isInterrupted = true;
    // The last is for those that do not save.
    sendAll(children, signal === "SIGQUIT" ? "SIGTERM" : signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  const timers: NodeJS.Timeout[] = [];
  try {
    const codes = await Promise.all(
      children.map(async (child, rank) => {
        const code = await ended(child, rank);
        if (code === INTERRUPTED_EXIT_CODE) isInterrupted = true;
        // They save what was learnt, however long it takes.
        if (code === 0 || isInterrupted || timers.length > 0) return code;
        timers.push(setTimeout(() => sendAll(children, "SIGTERM"), GRACE_MS));
        timers.push(setTimeout(() => sendAll(children, "SIGKILL"), GRACE_MS + LAST_MS));
        return code;
      }),
    );
    return Math.max(...codes);
  } finally {
    timers.forEach(clearTimeout);
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

function start(
  program: string,
  args: readonly string[],
  { rank, count, port }: { rank: number; count: number; port: number },
): ChildProcess {
  const child = spawn(program, args, {
    env: {
      ...process.env,
      ...{ RANK: `${rank}`, WORLD_SIZE: `${count}`, LOCAL_RANK: `${rank}`, LOCAL_WORLD_SIZE: `${count}` },
      ...{ MASTER_ADDR: "127.0.0.1", MASTER_PORT: `${port}`, TORCHELASTIC_USE_AGENT_STORE: undefined },
      GLOO_SOCKET_IFNAME: process.env.GLOO_SOCKET_IFNAME ?? LOOPBACK,
    },
    // The channel tells a process that the launcher is gone.
    stdio: rank === 0 ? ["inherit", "inherit", "inherit", "ipc"] : ["ignore", "ignore", "pipe", "ipc"],
    // Out of the terminal's group: its Ctrl-C reaches them once, by the launcher.
    detached: true,
  });
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on("line", (line) => console.error(`[process ${rank}] ${line}`));
  }
  return child;
}

async function ended(child: ChildProcess, rank: number): Promise<number> {
  let end: [number | null, NodeJS.Signals | null];
  try {
    end = (await once(child, "close")) as typeof end;
  } catch (error) {
    console.error(`process ${rank} could not be started: ${(error as Error).message}`);
    return 1;
  }
  const [code, signal] = end;
  if (signal !== null) console.error(`process ${rank} was ended by ${signal}`);
  return code ?? 1;
}

function sendAll(children: readonly ChildProcess[], signal: NodeJS.Signals): void {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
