import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { greyPng } from "./made-up-png";

/** Side of the images in pixels. */
export const GREY_SIDE = 8;

export interface GreySplit {
  /** One per image; `/` makes folders. */
  readonly ids: readonly string[];
  /** One per image. @default 0, 1, 2, 0, … */
  readonly labels?: readonly number[];
  /** `localization.txt`'s fields after the id; null: no such file. @default the box [0,0,3,3] */
  readonly truth?: string | null;
}

/** `train-0.png`, `train-1.png`, … */
export function greyIds(split: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${split}-${at}.png`);
}

/** Writes a split of grey images, whose object no one can see; for tests that make up what a network finds. */
export async function writeGreySplit(root: string, name: string, { ids, labels, truth = "0,0,3,3" }: GreySplit) {
  const lines = (of: (id: string, at: number) => string) => `${ids.map(of).join("\n")}\n`;
  const metadata: Record<string, string> = {
    "image_ids.txt": lines((id) => id),
    "class_labels.txt": lines((id, at) => `${id},${labels?.[at] ?? at % 3}`),
    "image_sizes.txt": lines((id) => `${id},${GREY_SIDE},${GREY_SIDE}`),
    ...(truth !== null && { "localization.txt": lines((id) => `${id},${truth}`) }),
  };
  const png = greyPng(GREY_SIDE, GREY_SIDE, new Array(GREY_SIDE ** 2).fill(90));
  const files = [
    ...Object.entries(metadata).map(([file, text]) => [join("metadata", name, file), text] as const),
    ...ids.map((id) => [join("images", id), png] as const),
  ];
  for (const [file, content] of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
  }
}
