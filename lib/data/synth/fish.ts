import type { Random } from "../random";
import type { Badge } from "./badges";
import { DIFFICULTY } from "./difficulty";
import { type Bounds, blend, type Coverage, type Drawing, hsv, type Paint, shade } from "./drawing";
import { fractalNoise } from "./noise";
import { at, circle, ellipse, polygon, type Shape, turned, union } from "./shapes";

/** The body that all classes share, a pike's, swimming to the right: x from -1.1 to 0.95, y from -0.4 to 0.38. */
const TRUNK = at(0.1, 0, ellipse(0.85, 0.25));
const TAIL = polygon([-0.6, -0.07], [-1.1, -0.34], [-0.97, 0], [-1.1, 0.34], [-0.6, 0.07]);
const BACK_FIN = polygon([-0.35, -0.16], [-0.2, -0.4], [0.2, -0.34], [0.35, -0.16]);
const BELLY_FIN = polygon([-0.15, 0.2], [-0.28, 0.38], [0.08, 0.23]);
const SIDE_FIN = at(0.36, 0.09, turned(0.5, ellipse(0.13, 0.05)));
const EYE = at(0.72, -0.06, circle(0.06));
const PUPIL = at(0.735, -0.06, circle(0.033));
const FINS = union(TAIL, BACK_FIN, BELLY_FIN);
/** In pixels, negative inside; the arguments are pixel centres. */
type Distance = (x: number, y: number) => number;

/** Every point of the fish is nearer to its centre. */
const REACH = 1.25;

/** Where a fish is: its own coordinates to the image's pixels. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  /** Pixels per unit. */
  readonly scale: number;
  /** Radians. */
  readonly tilt: number;
  readonly facesLeft: boolean;
}

/** Draws one fish and returns its mask: 255 where it covers at least half of the pixel. */
export function drawFish(drawing: Drawing, pose: Pose, badge: Badge, hue: number, random: Random): Uint8Array {
  const toFish = inverseOf(pose);
  const reach = REACH * pose.scale;
  const bounds: Bounds = { x0: pose.x - reach, y0: pose.y - reach, x1: pose.x + reach, y1: pose.y + reach };
  const inFish =
    (paint: Paint): Paint =>
    (px, py) =>
      paint(...toFish(px, py));
  const distanceTo = (shape: Shape) => (px: number, py: number) => shape(...toFish(px, py)) * pose.scale;
  const cover = (shape: Shape) => edge(distanceTo(shape), 1);

  const fins = tabulate(drawing.side, bounds, distanceTo(FINS));
  const trunk = tabulate(drawing.side, bounds, distanceTo(TRUNK));
  const silhouette = (x: number, y: number) => Math.min(fins(x, y), trunk(x, y));
  const lift = Math.round(pose.scale * 0.12);
  const shadow = edge((x, y) => silhouette(x - Math.round(lift / 2), y - lift), 0.15 * pose.scale);
  drawing.draw(
    { ...bounds, y1: bounds.y1 + lift },
    (x, y) => 0.35 * shadow(x, y),
    () => [0.02, 0.03, 0.06],
  );

  const back = hsv(hue, random.between(0.4, 0.65), random.between(0.45, 0.7));
  const belly = blend(back, [0.95, 0.93, 0.88], 0.5);
  const finColour = hsv(hue + random.between(-0.06, 0.06), random.between(0.3, 0.6), random.between(0.4, 0.75));
  const spots = fractalNoise(random, 3);
  drawing.draw(
    bounds,
    edge(fins, 1),
    inFish((x, y) => shade(finColour, 0.8 + 0.25 * Math.sin(40 * Math.atan2(y, x + 0.3)))),
  );
  drawing.draw(
    bounds,
    edge(trunk, 1),
    inFish((x, y) => {
      const scales = 0.5 + 0.5 * Math.sin(26 * x + 2 * Math.cos(30 * y)) * Math.cos(30 * y);
      const lit = 1.08 - 0.7 * Math.max(0, y) - 2 * Math.max(0, Math.abs(y) - 0.17);
      const skin = blend(back, belly, Math.min(1, Math.max(0, 0.25 + 2.4 * y)));
      return shade(skin, lit * (0.8 + 0.18 * scales + 0.25 * (spots(4 * x + 9, 4 * y + 9) - 0.5)));
    }),
  );
  drawing.draw(bounds, cover(SIDE_FIN), () => shade(finColour, 1.15));

  const [badgeX, badgeY] = DIFFICULTY.badgePlace;
  const jitter = () => random.between(-1, 1) * DIFFICULTY.badgeJitter;
  const radius = DIFFICULTY.badgeRadius * random.between(0.92, 1.08);
  const place = at(
    badgeX + jitter(),
    badgeY + jitter(),
    turned(random.between(-0.2, 0.2), (x, y) => badge.shape(x / radius, y / radius) * radius),
  );
  const badgeColour = shade(badge.colour, random.between(0.85, 1.05));
  drawing.draw(
    bounds,
    cover((x, y) => place(x, y) - 0.022),
    () => [0.08, 0.07, 0.09],
  );
  drawing.draw(
    bounds,
    cover(place),
    inFish((_, y) => shade(badgeColour, 1 - 0.3 * Math.max(0, y))),
  );

  drawing.draw(bounds, cover(EYE), () => [0.95, 0.94, 0.85]);
  drawing.draw(bounds, cover(PUPIL), () => [0.05, 0.05, 0.07]);

  return maskOf(drawing.side, silhouette);
}

function inverseOf({ x, y, scale, tilt, facesLeft }: Pose): (px: number, py: number) => [number, number] {
  const cos = Math.cos(tilt) / scale;
  const sin = Math.sin(tilt) / scale;
  return (px, py) => {
    const dx = facesLeft ? x - px : px - x;
    const dy = py - y;
    return [cos * dx + sin * dy, cos * dy - sin * dx];
  };
}

/** Coverage of a shape from the distance to it in pixels, its edge `softness` pixels wide. */
function edge(distance: Distance, softness: number): Coverage {
  return (x, y) => Math.min(1, Math.max(0, 0.5 - distance(x, y) / softness));
}

/** The same function of pixel centres, computed once; far away outside the bounds. */
function tabulate(side: number, bounds: Bounds, distance: Distance): Distance {
  const table = new Float32Array(side * side).fill(side);
  const [x0, y0] = [Math.max(0, Math.floor(bounds.x0)), Math.max(0, Math.floor(bounds.y0))];
  const [x1, y1] = [Math.min(side, Math.ceil(bounds.x1)), Math.min(side, Math.ceil(bounds.y1))];
  for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) table[y * side + x] = distance(x + 0.5, y + 0.5);
  return (x, y) =>
    x < 0 || y < 0 || x >= side || y >= side ? side : (table[Math.floor(y) * side + Math.floor(x)] as number);
}

function maskOf(side: number, distance: Distance): Uint8Array {
  const mask = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) if (distance(x + 0.5, y + 0.5) <= 0) mask[y * side + x] = 255;
  }
  return mask;
}
