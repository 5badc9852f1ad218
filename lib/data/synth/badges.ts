import { type Colour, hsv } from "./drawing";
import { at, box, circle, intersection, polygon, ring, type Shape, star, turned, union } from "./shapes";

/** The part that tells the class: a shape within the unit circle, in one of a few colours. */
export interface Badge {
  readonly name: string;
  readonly shape: Shape;
  readonly colour: Colour;
}

const SHAPES: readonly (readonly [name: string, shape: Shape])[] = [
  ["disc", circle(0.85)],
  ["cross", union(box(0.95, 0.3), box(0.3, 0.95))],
  ["ring", ring(0.68, 0.42)],
  ["stripes", intersection(union(at(-0.62, 0, box(0.2, 1)), box(0.2, 1), at(0.62, 0, box(0.2, 1))), box(0.82, 0.8))],
  ["star", star(5, 1.05, 0.45)],
  ["triangle", polygon([0, -1], [0.95, 0.75], [-0.95, 0.75])],
  ["dots", union(...[0, 1, 2].map((i) => turned((2 * Math.PI * i) / 3, at(0, -0.58, circle(0.4)))))],
  ["diamond", turned(Math.PI / 4, box(0.68, 0.68))],
];

const COLOURS: readonly (readonly [name: string, colour: Colour])[] = [
  ["red", hsv(0.0, 0.95, 0.9)],
  ["yellow", hsv(0.15, 0.95, 1)],
  ["blue", hsv(0.62, 0.95, 0.9)],
  ["green", hsv(0.36, 0.95, 0.75)],
  ["magenta", hsv(0.86, 0.9, 0.95)],
  ["white", hsv(0, 0, 1)],
];

/** As many as there are pairs of shape and colour. */
export const MAX_BADGES = SHAPES.length * COLOURS.length;

/** Badge of class `label`; no two below {@link MAX_BADGES} are the same, and near ones differ in both. */
export function badgeOf(label: number): Badge {
  const shapeIndex = label % SHAPES.length;
  const [shapeName, shape] = SHAPES[shapeIndex] as (typeof SHAPES)[number];
  const [colourName, colour] = COLOURS[
    (shapeIndex + Math.floor(label / SHAPES.length)) % COLOURS.length
  ] as (typeof COLOURS)[number];
  return { name: `${colourName}-${shapeName}`, shape, colour };
}
