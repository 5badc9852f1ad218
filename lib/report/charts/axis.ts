import type { Domain } from "./scale";

export interface Axis {
  readonly label: string;
  readonly domain: Domain;
  /**
   * `whole`: ticks at whole numbers only, and the domain as it is. `log`: a positive domain, and 0 apart at its left end
   * behind a break; for x only.
   */
  readonly kind?: "whole" | "exact" | "nice" | "log";
  /** Of a `log` axis with 0 on it: the lowest value above 0. */
  readonly positive?: number;
  /** Values are fractions shown in percent. */
  readonly isPercent?: boolean;
}

/** What lies along the lower edge. */
export interface AxisLayout {
  readonly x: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Where the axis is broken; null where it is not. */
  readonly gap: number | null;
}
