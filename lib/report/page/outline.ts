/** The eight neighbours, clockwise on the screen, from the left one on. */
const DX = [-1, -1, 0, 1, 1, 1, 0, -1] as const;
const DY = [0, -1, -1, -1, 0, 1, 1, 1] as const;
const DIRECTIONS = 8;

/**
 * Twice the area of the polygon through the outer border pixels of an 8-connected component, holes filled: follows the border
 * once around.
 * @param mask Not 0 where it is set, with a frame of zeros; `width` wide with it.
 * @param first The component's first pixel in raster order.
 */
export function doubledOutlineArea(mask: Uint8Array, width: number, first: number): number {
  const offsets = DX.map((dx, direction) => DY[direction]! * width + dx);
  /** The first direction from `from`, turning clockwise (1) or against (-1), that leads to a set pixel; -1: none. */
  const search = (at: number, from: number, turn: 1 | -1): number => {
    for (let tried = 0; tried < DIRECTIONS; tried++) {
      const direction = (from + turn * tried + DIRECTIONS) % DIRECTIONS;
      if (mask[at + offsets[direction]!] !== 0) return direction;
    }
    return -1;
  };
  const toLast = search(first, 0, 1);
  if (toLast === -1) return 0;
  const last = first + offsets[toLast]!;
  // Where it begins does not change the area.
  let [at, x, y, back] = [first, 0, 0, toLast];
  let sum = 0;
  for (;;) {
    const direction = search(at, (back + DIRECTIONS - 1) % DIRECTIONS, -1);
    const next = at + offsets[direction]!;
    sum += x * DY[direction]! - DX[direction]! * y;
    if (next === first && at === last) return Math.abs(sum);
    back = (direction + DIRECTIONS / 2) % DIRECTIONS;
    [at, x, y] = [next, x + DX[direction]!, y + DY[direction]!];
  }
}
