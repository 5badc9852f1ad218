/** The eight neighbours, clockwise on the screen, from the left one on. */
const DX = [-1, -1, 0, 1, 1, 1, 0, -1] as const;
const DY = [0, -1, -1, -1, 0, 1, 1, 1] as const;
const DIRECTIONS = 8;

/**
 * Twice the area of the polygon through the outer border pixels of an 8-connected component, holes filled: follows the border
 * once around. `first` is the component's first pixel in raster order.
 */
export function doubledOutlineArea(mask: Uint8Array, size: number, first: number): number {
  const [x0, y0] = [first % size, Math.floor(first / size)];
  const isSet = (x: number, y: number) => x >= 0 && y >= 0 && x < size && y < size && mask[y * size + x] === 1;
  /** The first direction from `from`, turning clockwise (1) or against (-1), that leads to a set pixel; -1: none. */
  const search = (x: number, y: number, from: number, turn: 1 | -1): number => {
    for (let tried = 0; tried < DIRECTIONS; tried++) {
      const direction = (from + turn * tried + DIRECTIONS) % DIRECTIONS;
      if (isSet(x + DX[direction]!, y + DY[direction]!)) return direction;
    }
    return -1;
  };
  const toLast = search(x0, y0, 0, 1);
  if (toLast === -1) return 0;
  const [lastX, lastY] = [x0 + DX[toLast]!, y0 + DY[toLast]!];
  let [x, y, back] = [x0, y0, toLast];
  let sum = 0;
  for (;;) {
    const direction = search(x, y, (back + DIRECTIONS - 1) % DIRECTIONS, -1);
    const [nextX, nextY] = [x + DX[direction]!, y + DY[direction]!];
    sum += x * nextY - nextX * y;
    if (nextX === x0 && nextY === y0 && x === lastX && y === lastY) return Math.abs(sum);
    back = (direction + DIRECTIONS / 2) % DIRECTIONS;
    [x, y] = [nextX, nextY];
  }
}
