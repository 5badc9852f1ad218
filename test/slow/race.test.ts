import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../../lib/data/random";
import { fit as train } from "../../lib/train/fit";
import { TINY_CONFIG, tinyDataset } from "../support/tiny-data";

// Start, SIGKILL at a random moment, resume, with several processes racing for the folder and one of the killed left
// unreaped: never two holders, never stuck, and weights bit for bit those of the run that nobody disturbed.

const ROUNDS = Number(process.env.WSOL_RACE_ROUNDS ?? 200);
const RACERS = 3;
/** Kills fall anywhere from the start of a process to a little after the end of a run that nobody disturbs. */
const LONGEST_LIFE = 1.2;
const STUCK_MS = 120_000;
const ROUND_MS = 60_000;
const contender = join(__dirname, "contender.cjs");

/** In memory where that is possible: a run of a few steps stores some hundred megabytes. */
function parentFolder(): string {
  try {
    accessSync("/dev/shm", constants.W_OK);
    return "/dev/shm";
  } catch {
    return tmpdir();
  }
}

const folder = mkdtempSync(join(parentFolder(), "wsol-race-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 3, batchSize: 4 } };
let data: string;
let expected: Record<string, Buffer>;
let lifeMs: number;

const weightsOf = (out: string) =>
  Object.fromEntries(["last", "best"].map((name) => [name, readFileSync(join(out, `${name}.safetensors`))]));

beforeAll(async () => {
  data = await tinyDataset(folder, { train: 12, val: 3, test: 0 });
  const out = join(folder, "whole");
  await train(data, { ...config, out });
  expected = weightsOf(out);
  const startedAt = performance.now();
  expect(await (await start(join(folder, "alone"))).exit).toBe(0);
  lifeMs = (performance.now() - startedAt) * LONGEST_LIFE;
}, STUCK_MS);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Keeps no process from ending. */
const deadline = (ms: number) => new Promise<"stuck">((resolve) => setTimeout(() => resolve("stuck"), ms).unref());

interface Contender {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Of `child`: for an unreaped contender its shell. */
  readonly exit: Promise<number | null>;
  readonly said: () => string;
}

// Node waits for its children; this parent starts one and becomes a program that knows of none.
const NEGLECTFUL = '"$@" >&2 & echo $! ; exec sleep 600';

async function start(out: string, { unreaped = false } = {}): Promise<Contender> {
  const own = [process.execPath, contender, data, out, JSON.stringify(config)];
  const [command, ...args] = unreaped ? ["sh", "-c", NEGLECTFUL, "sh", ...own] : own;
  const child = spawn(command!, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const exit = once(child, "exit").then(([code]) => code as number | null);
  const pid = unreaped ? Number(String((await once(child.stdout, "data"))[0])) : child.pid!;
  return { child, pid, exit, said: () => said };
}

/** False if it had finished before. */
function kill({ pid }: Contender): boolean {
  const wasRunning = stateOf(pid) !== "Z";
  process.kill(pid, "SIGKILL");
  return wasRunning;
}

/** The letter of the system: `Z` for a process that has ended and that nobody has waited for. */
function stateOf(pid: number): string {
  return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]!;
}

interface Round {
  /** Whether a kill met a process at work, the unreaped one first. */
  readonly kills: readonly boolean[];
}

async function round(number: number): Promise<Round> {
  const random = new Random(number);
  const out = join(folder, `round-${number}`);
  const first = await start(out, { unreaped: true });
  try {
    await sleep(random.between(0, lifeMs));
    const kills = [kill(first)];
    const racers = await Promise.all(Array.from({ length: RACERS }, () => start(out)));
    await sleep(random.between(0, lifeMs));
    const victim = random.pick(racers);
    kills.push(victim.child.exitCode === null && victim.child.kill("SIGKILL"));
    for (const racer of racers) {
      const code = await Promise.race([racer.exit, deadline(STUCK_MS)]);
      const isFine = code === 0 || (racer === victim && code === null);
      if (!isFine) throw new Error(`round ${number}: a process ended with ${code}\n${racer.said()}`);
    }
    expect(first.said()).toBe("");
    expect(stateOf(first.pid)).toBe("Z");
    const weights = weightsOf(out);
    const differing = Object.keys(expected).filter((name) => !weights[name]!.equals(expected[name]!));
    expect({ number, differing }).toEqual({ number, differing: [] });
    expect(readdirSync(out).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    return { kills };
  } finally {
    first.child.kill("SIGKILL");
    rmSync(out, { recursive: true, force: true });
    rmSync(`${out}.token`, { force: true });
  }
}

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux(
  `${ROUNDS} rounds: never two holders, never stuck, the weights of the run that nobody disturbed`,
  async () => {
    const rounds: Round[] = [];
    const startedAt = performance.now();
    for (let number = 0; number < ROUNDS; number++) rounds.push(await round(number));
    const count = (kill: number) => rounds.filter(({ kills }) => kills[kill]).length;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    console.log(
      `${ROUNDS} rounds in ${seconds} s; killed at work: ${count(0)} left unreaped, ${count(1)} of the racers`,
    );
    expect(count(0)).toBeGreaterThan(0);
  },
  ROUNDS * ROUND_MS,
);
