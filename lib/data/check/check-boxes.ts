import { Pairs } from "../pairs";
import type { Split } from "../split";
import type { Findings } from "./findings";

/** Notes the boxes of an image that are allowed and yet unlikely; those that are refused the reader has told of. */
export function checkBoxes(split: Split, index: number, findings: Findings): void {
  const size = split.sizes?.[index];
  if (size === undefined) return;
  const [width, height] = size;
  const { begin, end } = new Pairs(split).of(index);
  for (const box of split.boxes?.slice(begin, end).flat() ?? []) {
    const [x0, y0, x1, y1] = box;
    const item = { split: split.name, image: split.ids[index]!, detail: box.join(",") };
    // Exclusive corners of nothing; inclusive ones of a single row or column of pixels.
    if (x1 === x0 || y1 === y0) findings.add("box-thin", item);
    if (x0 <= 0 && y0 <= 0 && x1 >= width - 1 && y1 >= height - 1) findings.add("box-whole", item);
  }
}
