import type { Config } from "../../config/schema";

export const REDUCTIONS = ["mean", "class-sum", "sum"] as const satisfies readonly Config["loss"]["reduction"][];

/** The effective eps of the protocol's sweeps, ends included. */
export const EPS_GRID = { from: 0, to: 0.8, count: 9 } as const;
