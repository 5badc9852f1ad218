/** Two figures of the paper, in percent; null for what is not known about them. */
export interface PublishedPair {
  /** With the entropy term. */
  readonly entropy: number;
  /** Of the best method before. */
  readonly previousBest: number;
  readonly lambda: number;
  readonly data: string | null;
  readonly metric: string | null;
  readonly backbone: string | null;
}

/** The only figures at hand: neither data set nor metric comes with them, so they belong to no row. */
export const PUBLISHED_PAIR: PublishedPair = {
  entropy: 86.8,
  previousBest: 74.8,
  lambda: 1e-4,
  data: null,
  metric: null,
  backbone: null,
};

/** The paper does not say over what its term is summed. */
export const UNKNOWN_REDUCTION =
  "Over what the paper sums its term is unknown, so every reduction is run; `sum` fits best what is known.";
