/** What the served page and its script share. */
export const LIVE = {
  statusId: "live",
  periodMs: 2000,
  connected: "Updates itself.",
  lost: "The server has stopped: this page no longer updates itself.",
} as const;
