import type { Dataset } from "../dataset";
import type { SplitName } from "../split";
import type { Findings } from "./findings";

/** Notes images that two splits list by one id. */
export function checkSharedImages(dataset: Dataset, findings: Findings): void {
  const first = new Map<string, SplitName>();
  for (const name of dataset.splits) {
    for (const image of dataset.split(name).ids) {
      const other = first.get(image);
      if (other === undefined) first.set(image, name);
      else findings.add("image-in-two-splits", { split: name, image, detail: `is in ${other} too` });
    }
  }
}
