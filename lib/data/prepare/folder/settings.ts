import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { invalidArgument } from "../../../errors";
import { hashOf } from "../../../files";
import type { UnpackedFiles } from "../source/source";
import type { FormatSettings } from "../source-format";
import { checkBoxesFile } from "./boxes/open-boxes";
import { checkShares } from "./draw-splits";
import { groupExpression } from "./group-keys";
import { pngsBelow } from "./mask-folder";

/** @throws ERR_WSOL_ARGUMENT */
export function checkSettings({ split, group, boxes, masks, xmlZeroBased }: FormatSettings): void {
  if (split !== undefined) checkShares(split);
  for (const [name, value] of Object.entries({ group, boxes, masks })) {
    if (value === undefined) continue;
    if (typeof value !== "string" || value === "") throw invalidArgument(name, "a text", value);
  }
  if (group !== undefined) groupExpression(group);
  if (xmlZeroBased !== undefined && typeof xmlZeroBased !== "boolean") {
    throw invalidArgument("xmlZeroBased", "true or false", xmlZeroBased);
  }
  if (boxes !== undefined && xmlZeroBased !== undefined) {
    throw invalidArgument("xmlZeroBased", "nothing beside 'boxes', which go before VOC annotations", xmlZeroBased);
  }
}

/**
 * What was written into boxes and annotations, and which masks there are: a corner that is moved changes neither path nor size. A
 * source's own identity has the content of a thousand annotations at most.
 */
export async function identityOf(
  { root, plain }: UnpackedFiles,
  { boxes, masks }: FormatSettings,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash("sha256");
  if (boxes !== undefined) {
    await checkBoxesFile(boxes);
    hash.update(`boxes\n${await hashOf(boxes, "sha256")}\n`);
  } else {
    for (const path of plain.keys()) {
      signal?.throwIfAborted();
      if (/\.xml$/i.test(path)) hash.update(`${path}\n${await hashOf(join(root, path), "sha256")}\n`);
    }
  }
  for (const path of masks === undefined ? [] : await pngsBelow(masks)) {
    signal?.throwIfAborted();
    const { size, mtimeMs } = await stat(join(masks!, path));
    hash.update(`mask\n${path}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest("hex");
}
