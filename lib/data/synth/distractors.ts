import type { Random } from "../random";
import { DIFFICULTY } from "./difficulty";
import { type Drawing, hsv, shade } from "./drawing";
import { circle, ellipse, polygon, ring, type Shape } from "./shapes";

/** Pebbles, leaves, bubbles and sea-stars of any colour: none tells anything about the class. */
const KINDS: readonly ((random: Random, size: number) => Shape)[] = [
  (random, size) => ellipse(size, size * random.between(0.5, 0.9)),
  (random, size) => ellipse(size * 1.6, size * random.between(0.2, 0.35)),
  (_, size) => ring(size * 0.7, size * 0.18),
  (random, size) => polygon([-size, size * 0.5], [size * random.between(-0.3, 0.3), -size], [size, size * 0.5]),
  (_, size) => circle(size * 0.6),
];

/** Scatters a few of them over the drawing. */
export function drawDistractors(drawing: Drawing, random: Random): void {
  const { side } = drawing;
  const count = random.below(DIFFICULTY.distractors + 1);
  for (let i = 0; i < count; i++) {
    const x0 = random.between(0, side);
    const y0 = random.between(0, side);
    const size = side * random.between(0.03, 0.075);
    const shape = random.pick(KINDS)(random, size);
    const angle = random.between(0, 2 * Math.PI);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const colour = hsv(random.float(), random.between(0.2, 0.9), random.between(0.4, 1));
    const bounds = { x0: x0 - 2 * size, y0: y0 - 2 * size, x1: x0 + 2 * size, y1: y0 + 2 * size };
    drawing.draw(
      bounds,
      (x, y) =>
        0.9 * Math.min(1, Math.max(0, 0.5 - shape(cos * (x - x0) + sin * (y - y0), cos * (y - y0) - sin * (x - x0)))),
      (_, y) => shade(colour, 1 - (0.3 * (y - y0)) / size),
    );
  }
}
