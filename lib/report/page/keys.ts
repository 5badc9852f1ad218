/** What a key does in the gallery. */
export type KeyAction =
  | { readonly kind: "move"; readonly by: "left" | "right" | "up" | "down" | "first" | "last" }
  | { readonly kind: "open" }
  | { readonly kind: "close" }
  | { readonly kind: "threshold"; readonly by: number };

/** A hundredth a key press; ten times as much with Shift. */
export const THRESHOLD_STEP = 0.01;
const LARGE_STEP = 10 * THRESHOLD_STEP;

const threshold = (by: number): KeyAction => ({ kind: "threshold", by });

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  ArrowLeft: { kind: "move", by: "left" },
  ArrowRight: { kind: "move", by: "right" },
  ArrowUp: { kind: "move", by: "up" },
  ArrowDown: { kind: "move", by: "down" },
  Home: { kind: "move", by: "first" },
  End: { kind: "move", by: "last" },
  Enter: { kind: "open" },
  Escape: { kind: "close" },
  "+": threshold(THRESHOLD_STEP),
  "=": threshold(THRESHOLD_STEP),
  "-": threshold(-THRESHOLD_STEP),
  "]": threshold(THRESHOLD_STEP),
  "[": threshold(-THRESHOLD_STEP),
  "}": threshold(LARGE_STEP),
  "{": threshold(-LARGE_STEP),
};

/** The action of a key; null for others, and for those that belong to the browser. */
export function actionOf(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}): KeyAction | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  return Object.hasOwn(ACTIONS, event.key) ? ACTIONS[event.key]! : null;
}

/** Where a move leads from `position` among `count` cards in rows of `columns`; where it would leave them, it stays. */
export function moveFrom(
  position: number,
  by: (KeyAction & { kind: "move" })["by"],
  { count, columns }: { readonly count: number; readonly columns: number },
): number {
  const targets = {
    left: position - 1,
    right: position + 1,
    up: position - columns,
    down: position + columns,
    first: 0,
    last: count - 1,
  };
  const target = targets[by];
  return target >= 0 && target < count ? target : position;
}

/** A threshold moved by a step, in [0, 1] and without the dust of repeated addition. */
export function moveThreshold(value: number, by: number): number {
  return Math.min(1, Math.max(0, Math.round((value + by) * 1000) / 1000));
}
