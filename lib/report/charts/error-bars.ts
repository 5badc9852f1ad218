import { type Html, html } from "../html";
import { type Frame, px } from "./frame";
import type { Point, Series } from "./series";
import { seriesClass } from "./series";

/** Half the length of the strokes at a bar's ends. */
const CAP = 3;

/** The ends of a series' bars, which its axes must reach. */
export function barEnds({ points, deviations = [] }: Series): Point[] {
  return points.flatMap(([x, y], index): Point[] => {
    const { x: across, y: along } = deviations[index] ?? { x: null, y: null };
    return [-1, 1].flatMap((side): Point[] => [[x + side * (across ?? 0), y + side * (along ?? 0)]]);
  });
}

/** A bar with caps for each deviation. */
export function errorBars({ points, index, deviations = [] }: Series, frame: Frame): Html {
  const paths = points.map(([x, y], at) => {
    const { x: across, y: along } = deviations[at] ?? { x: null, y: null };
    return [
      ...(along === null ? [] : [upright(frame.x(x), frame.y(y - along), frame.y(y + along))]),
      ...(across === null ? [] : [level(frame.y(y), frame.x(x - across), frame.x(x + across))]),
    ];
  });
  return html`${paths.flat().map((path) => html`<path class="bar ${seriesClass(index)}" d="${path}"/>`)}`;
}

function upright(x: number, from: number, to: number): string {
  const cap = (y: number) => `M${px(x - CAP)} ${px(y)}H${px(x + CAP)}`;
  return `M${px(x)} ${px(from)}V${px(to)}${cap(from)}${cap(to)}`;
}

function level(y: number, from: number, to: number): string {
  const cap = (x: number) => `M${px(x)} ${px(y - CAP)}V${px(y + CAP)}`;
  return `M${px(from)} ${px(y)}H${px(to)}${cap(from)}${cap(to)}`;
}
