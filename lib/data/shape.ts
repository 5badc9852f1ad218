import type { DataShape } from "../config/recipes";
import type { Dataset } from "./dataset";
import type { SplitName } from "./split";

/** What is known of a data set before an image of it is read. */
export function shapeOf(dataset: Dataset): DataShape {
  const images = (name: SplitName) => (dataset.has(name) ? dataset.split(name).ids.length : 0);
  return { numClasses: dataset.numClasses, train: images("train"), val: images("val"), test: images("test") };
}
