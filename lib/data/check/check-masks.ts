import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { decodeGreyPng, type GreyImage } from "../../formats/png";
import { FormatProblem } from "../../formats/problem";
import { Pairs } from "../pairs";
import type { ImageSize, Split } from "../split";
import { words } from "./check-image";
import type { Findings } from "./findings";
import type { FindingKind } from "./kinds";

const MAX_FILE_BYTES = 2 ** 28;

/**
 * Reads the masks of one image and notes what is wrong with them. @param size The image's; null where it is not known.
 * @returns Whether one of them has foreground.
 */
export async function checkMasks(
  split: Split,
  index: number,
  size: ImageSize | null,
  findings: Findings,
): Promise<boolean> {
  const { begin, end } = new Pairs(split).of(index);
  const files = split.masks?.slice(begin, end) ?? [];
  const instances = files.flatMap((ofPair) => ofPair.instances);
  let hasForeground = false;
  const paths = [...instances, ...new Set(files.flatMap(({ ignore }) => ignore ?? []))];
  for (const [place, path] of paths.entries()) {
    const add = (kind: FindingKind, detail: string) =>
      findings.add(kind, { split: split.name, image: split.ids[index]!, detail: `'${path}' ${detail}` });
    const mask = await readMask(join(split.root, "masks", path)).catch((error) => {
      add(...problemOfMask(error));
      return null;
    });
    if (mask === null) continue;
    const own: ImageSize = [mask.width, mask.height];
    if (size !== null && (own[0] !== size[0] || own[1] !== size[1])) {
      add("mask-size", `is ${words(own)}, the image ${words(size)}`);
    }
    if (place >= instances.length) continue;
    const isEmpty = !mask.data.some((value) => value > 0);
    hasForeground ||= !isEmpty;
    if (isEmpty) add("mask-empty", "has no foreground");
    else if (!mask.data.includes(0)) add("mask-full", "is foreground alone");
  }
  return hasForeground;
}

async function readMask(path: string): Promise<GreyImage> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) throw new FormatProblem(`expected at most ${MAX_FILE_BYTES} bytes, got ${size}`);
  return decodeGreyPng(await readFile(path));
}

function problemOfMask(error: unknown): [kind: FindingKind, detail: string] {
  if (error instanceof FormatProblem) return ["mask-unreadable", `cannot be read: ${error.message}`];
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return code === "ENOENT" ? ["mask-missing", "does not exist"] : ["mask-unreadable", `cannot be read: ${code}`];
}
