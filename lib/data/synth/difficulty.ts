/**
 * What makes the generated data set hard to localize, in one place. Lengths are in the fish's own unit: half its length
 * is about 1.
 */
export const DIFFICULTY = {
  /** Length of a fish as a fraction of the image's side. */
  fishLength: [0.7, 0.86],
  /** Radius of the badge that tells the class: about 7 % of the fish's area. */
  badgeRadius: 0.15,
  /** Where the badge sits: on the flank, towards the tail. */
  badgePlace: [-0.46, 0],
  /** How far that place varies. */
  badgeJitter: 0.03,
  /** Largest tilt of a fish in radians. */
  tilt: 0.2,
  /** How often the background is the class's typical one; else it is drawn from all. */
  sceneCorrelation: 0.4,
  /** How often the body's hue is near the class's typical one; else it is drawn from all. */
  bodyHint: 0.8,
  /** Plants, pebbles and bubbles per image, at most. */
  distractors: 6,
  /** Standard deviation of the sensor noise, of 1. */
  grain: 0.02,
} as const;
