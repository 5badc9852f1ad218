/** Everything that can go wrong, by name. The command line maps each to an exit code ({@link exitCodeOf}). */
export const ERROR_EXIT_CODES = {
  /** A function of the API was called with a wrong type or value, or an option that it does not know. */
  ERR_WSOL_ARGUMENT: 2,
  /** A key or value of the configuration is unknown or out of range. */
  ERR_WSOL_CONFIG: 2,
  /** The command line itself is wrong: unknown command, missing option, options without effect together. */
  ERR_WSOL_USAGE: 2,
  /** A data set's folder or metadata is wrong. */
  ERR_WSOL_DATA: 3,
  /** An image cannot be read, or is of a kind that is refused. */
  ERR_WSOL_IMAGE: 3,
  /** A mask cannot be read, or does not fit its image. */
  ERR_WSOL_MASK: 3,
  /** A score map is missing, malformed, or holds NaN or values outside [0, 1]. */
  ERR_WSOL_SCORE_MAP: 3,
  /** A weights or state file is damaged, foreign, or of another network. */
  ERR_WSOL_CHECKPOINT: 3,
  /** A file could not be downloaded, or is not what its publisher says. */
  ERR_WSOL_DOWNLOAD: 3,
  /** A folder is not a run folder, or misses what was asked of it. */
  ERR_WSOL_RUN_FOLDER: 3,
  /** No LibTorch on this machine; `details.candidates` lists where it was looked for. */
  ERR_WSOL_LIBTORCH_NOT_FOUND: 4,
  /** A LibTorch was found, of a version that this build cannot use. */
  ERR_WSOL_LIBTORCH_VERSION: 4,
  /** LibTorch could not be fetched or unpacked. */
  ERR_WSOL_LIBTORCH_FETCH: 4,
  /** The native addon is not there, or cannot be loaded. */
  ERR_WSOL_ADDON: 4,
  /** Building the native addon failed. */
  ERR_WSOL_BUILD: 4,
  /** The device that was asked for does not exist. */
  ERR_WSOL_DEVICE: 4,
  /** Host or device memory ran out. */
  ERR_WSOL_OUT_OF_MEMORY: 4,
  /** LibTorch reported an error that no other code names. */
  ERR_WSOL_NATIVE: 4,
  /** The loss became NaN or infinite; the last good checkpoint is kept. */
  ERR_WSOL_NON_FINITE_LOSS: 1,
  /** A process of a run of several is gone, failed, or never came; or the environment does not say which they are. */
  ERR_WSOL_DISTRIBUTED: 1,
  /** A file or folder cannot be written. */
  ERR_WSOL_WRITE: 1,
  /** The session was closed. */
  ERR_WSOL_CLOSED: 1,
  /** The session or the run folder is held by a running fit, or the folder of a study or data set by what writes it. */
  ERR_WSOL_BUSY: 1,
} as const;

export type WsolErrorCode = keyof typeof ERROR_EXIT_CODES;

export interface WsolErrorOptions {
  /** Machine-readable facts: the parameter, the path, the candidates. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What to do about it, as one imperative sentence. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/** The one error class of this package. `message` says what was expected, for what, and what came instead. */
export class WsolError extends Error {
  override readonly name = "WsolError";
  readonly code: WsolErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly fix: string | undefined;

  constructor(code: WsolErrorCode, message: string, options: WsolErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.fix = options.fix;
  }
}

/** True for a {@link WsolError}, also one of another realm or copy of the package; with `code`, only for that code. */
export function isWsolError(value: unknown, code?: WsolErrorCode): value is WsolError {
  if (typeof value !== "object" || value === null || (value as { name?: unknown }).name !== "WsolError") return false;
  return code === undefined || (value as WsolError).code === code;
}

/** The exit code of the command line after Ctrl-C, SIGTERM or SIGHUP. */
export const INTERRUPTED_EXIT_CODE = 130;

/** The exit code of the command line for an error: 0 to 4 as documented, 1 for anything foreign. */
export function exitCodeOf(error: unknown): number {
  return isWsolError(error) ? (ERROR_EXIT_CODES[error.code] ?? 1) : 1;
}

/** `expected WHAT for PARAMETER, got VALUE`: the one shape of argument messages. */
export function invalidArgument(parameter: string, expected: string, got: unknown): WsolError {
  return new WsolError("ERR_WSOL_ARGUMENT", `expected ${expected} for '${parameter}', got ${describe(got)}`, {
    details: { parameter, expected },
  });
}

/** A short, safe rendering of any value for a message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (typeof value === "function") return "a function";
  return `an ${(value as object).constructor?.name ?? "object"}`;
}
