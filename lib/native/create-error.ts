import { ERROR_EXIT_CODES, WsolError, type WsolErrorCode } from "../errors";

/** Hands the error class to the native side, once per environment, so that native errors are WsolErrors. */
export type CreateError = (code: string, message: string, details: Record<string, unknown>) => Error;

/** Makes the WsolError that the native side throws; a code of no table becomes ERR_WSOL_NATIVE. */
export const createError: CreateError = (code, message, details) =>
  new WsolError(code in ERROR_EXIT_CODES ? (code as WsolErrorCode) : "ERR_WSOL_NATIVE", message, { details });
