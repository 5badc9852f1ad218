import { describe, WsolError } from "../errors";

/** The place of this process among those that a launcher started. */
export interface Launch {
  /** From 0 to worldSize - 1. */
  readonly rank: number;
  readonly worldSize: number;
  /** Among the processes on this machine. */
  readonly localRank: number;
  readonly localWorldSize: number;
  /** Where the processes meet. */
  readonly address: string;
  readonly port: number;
  /** Whether this process keeps what they meet in; else another does, or the launcher. */
  readonly keepsStore: boolean;
  /** Of this attempt, where a launcher starts all anew after a failure. */
  readonly attempt: number;
}

type Variables = Readonly<Record<string, string | undefined>>;

const MOST_PROCESSES = 2 ** 16;
const MOST_PORT = 2 ** 16 - 1;

/**
 * What `RANK`, `WORLD_SIZE`, `MASTER_ADDR`, `MASTER_PORT`, `LOCAL_RANK` and `LOCAL_WORLD_SIZE` say, as torchrun sets them;
 * null for a process that works alone: `WORLD_SIZE` is not set, or 1.
 * @throws ERR_WSOL_DISTRIBUTED naming the variable that is missing or wrong
 */
export function launchOf(variables: Variables = process.env): Launch | null {
  if (!variables.WORLD_SIZE) return null;
  const worldSize = readInteger(variables, "WORLD_SIZE", { least: 1, most: MOST_PROCESSES });
  if (worldSize === 1) return null;
  const rank = readInteger(variables, "RANK", { least: 0, most: worldSize - 1 });
  const localWorldSize = readInteger(variables, "LOCAL_WORLD_SIZE", { least: 1, most: worldSize, absent: 1 });
  const keepsAgent = variables.TORCHELASTIC_USE_AGENT_STORE === "True";
  return {
    rank,
    worldSize,
    localRank: readInteger(variables, "LOCAL_RANK", { least: 0, most: worldSize - 1, absent: 0 }),
    localWorldSize,
    address: readText(variables, "MASTER_ADDR"),
    port: readInteger(variables, "MASTER_PORT", { least: 1, most: MOST_PORT }),
    keepsStore: rank === 0 && !keepsAgent,
    attempt: readInteger(variables, "TORCHELASTIC_RESTART_COUNT", { least: 0, most: MOST_PROCESSES, absent: 0 }),
  };
}

function readText(variables: Variables, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw wrong(name, "a value beside WORLD_SIZE", undefined);
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  /** What stands where the variable is not set; without it, it must be. */
  readonly absent?: number;
}

function readInteger(variables: Variables, name: string, { least, most, absent }: Bounds): number {
  const text = variables[name];
  if (!text && absent !== undefined) return absent;
  const value = /^\d+$/.test(text ?? "") ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw wrong(name, `an integer from ${least} to ${most}`, text);
}

function wrong(variable: string, expected: string, value: string | undefined): WsolError {
  const got = value === undefined ? "none" : describe(value);
  return new WsolError(
    "ERR_WSOL_DISTRIBUTED",
    `expected ${expected} for the environment variable ${variable}, got ${got}`,
    {
      details: { variable },
      fix: "Start the processes with `wsol launch` or torchrun, or unset WORLD_SIZE to train alone.",
    },
  );
}
