/** Signed distance from (x, y) to a shape's outline, negative inside; exact or close to it near the outline. */
export type Shape = (x: number, y: number) => number;

export const circle =
  (radius: number): Shape =>
  (x, y) =>
    length(x, y) - radius;

/** First-order distance: exact on the outline. */
export const ellipse =
  (a: number, b: number): Shape =>
  (x, y) => {
    const inner = length(x / a, y / b);
    const gradient = length(x / (a * a), y / (b * b));
    return inner < 1e-6 ? -Math.min(a, b) : (inner * (inner - 1)) / gradient;
  };

export const ring =
  (radius: number, width: number): Shape =>
  (x, y) =>
    Math.abs(length(x, y) - radius) - width / 2;

export const box =
  (a: number, b: number): Shape =>
  (x, y) => {
    const dx = Math.abs(x) - a;
    const dy = Math.abs(y) - b;
    return length(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0);
  };

/** Beyond this distance from a polygon's bounding box the distance to the box stands for that to the outline. */
const NEAR = 0.3;

/** Any simple polygon, its corners in order. Far away only a lower bound of the distance, which is what unions need. */
export const polygon = (...corners: readonly (readonly [x: number, y: number])[]): Shape => {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return (x, y) => {
    const far = Math.max(left - x, x - right, top - y, y - bottom);
    if (far > NEAR) return far;
    let nearest = Number.POSITIVE_INFINITY;
    let inside = false;
    let previous = corners.length - 1;
    for (let i = 0; i < corners.length; previous = i++) {
      const ax = xs[previous] as number;
      const ay = ys[previous] as number;
      const ex = (xs[i] as number) - ax;
      const ey = (ys[i] as number) - ay;
      const px = x - ax;
      const py = y - ay;
      const t = Math.min(1, Math.max(0, (px * ex + py * ey) / (ex * ex + ey * ey)));
      const dx = px - t * ex;
      const dy = py - t * ey;
      nearest = Math.min(nearest, dx * dx + dy * dy);
      if (ay > y !== ay + ey > y && px < (ex * py) / ey) inside = !inside;
    }
    return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
  };
};

/** A star of `points` points: corners alternate between the two radii. */
export const star = (points: number, outer: number, inner: number): Shape =>
  polygon(
    ...Array.from({ length: 2 * points }, (_, i) => {
      const radius = i % 2 === 0 ? outer : inner;
      const angle = (Math.PI * i) / points - Math.PI / 2;
      return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
    }),
  );

export const union =
  (...shapes: readonly Shape[]): Shape =>
  (x, y) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const shape of shapes) nearest = Math.min(nearest, shape(x, y));
    return nearest;
  };

export const intersection =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.max(a(x, y), b(x, y));

export const at =
  (dx: number, dy: number, shape: Shape): Shape =>
  (x, y) =>
    shape(x - dx, y - dy);

export const turned = (angle: number, shape: Shape): Shape => {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return (x, y) => shape(cos * x + sin * y, cos * y - sin * x);
};

/** Math.hypot guards against overflow and costs several times as much. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
