import type { Random } from "../random";
import { blend, type Colour, type Drawing, hsv, type Paint, shade } from "./drawing";
import { fractalNoise } from "./noise";

/** A background's paint over an image of a given side, drawn afresh for each image. */
type Scene = (random: Random, side: number) => Paint;

const hueNear = (random: Random, hue: number) => hue + random.between(-0.03, 0.03);

/** Water with light from above and caustics. */
const openWater: Scene = (random, side) => {
  const deep = hsv(hueNear(random, 0.6), random.between(0.6, 0.8), random.between(0.3, 0.5));
  const light = hsv(hueNear(random, 0.53), random.between(0.4, 0.6), random.between(0.75, 0.95));
  const waves = fractalNoise(random, 3);
  return (x, y) => {
    const ripple = 1 - Math.abs(2 * waves((6 * x) / side, (9 * y) / side) - 1);
    return blend(deep, light, 0.75 * (1 - y / side) + 0.35 * ripple ** 4);
  };
};

/** Sand with ripple marks and grains. */
const sand: Scene = (random, side) => {
  const dark = hsv(hueNear(random, 0.09), random.between(0.35, 0.5), random.between(0.5, 0.65));
  const bright = hsv(hueNear(random, 0.12), random.between(0.2, 0.35), random.between(0.8, 0.95));
  const warp = fractalNoise(random, 3);
  const grains = fractalNoise(random, 2);
  const angle = random.between(-0.5, 0.5);
  const period = side * random.between(0.07, 0.11);
  return (x, y) => {
    const along = y * Math.cos(angle) + x * Math.sin(angle) + side * 0.25 * warp((4 * x) / side, (4 * y) / side);
    const ripple = 0.5 + 0.5 * Math.sin((2 * Math.PI * along) / period);
    return blend(dark, bright, 0.25 + 0.4 * ripple + 0.4 * grains(x / 1.5, y / 1.5) - 0.1);
  };
};

/** Green blades, each column swaying a little. */
const seaGrass: Scene = (random, side) => {
  const dark = hsv(hueNear(random, 0.4), random.between(0.6, 0.8), random.between(0.2, 0.35));
  const bright = hsv(hueNear(random, 0.27), random.between(0.5, 0.7), random.between(0.6, 0.8));
  const sway = fractalNoise(random, 2);
  const blades = fractalNoise(random, 2);
  return (x, y) => {
    const column = x + side * 0.3 * (sway((2 * y) / side, 3) - 0.5);
    const blade = blades((22 * column) / side, (1.5 * y) / side);
    return shade(blend(dark, bright, blade ** 1.3 * 1.3), 1.15 - (0.45 * y) / side);
  };
};

/** Cobbles of purple and pink rock, cells around scattered centres. */
const coral: Scene = (random, side) => {
  const centres = Array.from({ length: 40 }, () => ({
    x: random.between(-0.1, 1.1) * side,
    y: random.between(-0.1, 1.1) * side,
    colour: hsv(hueNear(random, random.pick([0.86, 0.93, 0.8])), random.between(0.3, 0.6), random.between(0.45, 0.85)),
  }));
  const rough = fractalNoise(random, 3);
  const crack: Colour = hsv(0.8, 0.5, 0.18);
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    let colour = crack;
    for (const centre of centres) {
      const distance = Math.sqrt((x - centre.x) ** 2 + (y - centre.y) ** 2);
      if (distance < nearest) {
        second = nearest;
        nearest = distance;
        colour = centre.colour;
      } else if (distance < second) second = distance;
    }
    const edge = Math.min(1, (second - nearest) / (0.04 * side));
    return blend(crack, shade(colour, 0.7 + 0.6 * rough((9 * x) / side, (9 * y) / side)), edge);
  };
};

const SCENES: readonly Scene[] = [openWater, sand, seaGrass, coral];
export const SCENE_COUNT = SCENES.length;

/** Fills the drawing with background number `scene`. */
export function paintScene(drawing: Drawing, scene: number, random: Random): void {
  drawing.draw(drawing.bounds, () => 1, (SCENES[scene] as Scene)(random, drawing.side));
}
