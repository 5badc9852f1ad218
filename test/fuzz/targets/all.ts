import { cocoTarget } from "./coco";
import { csvBoxesTarget } from "./csv-boxes";
import { metadataTarget } from "./metadata";
import { npyTarget } from "./npy";
import { pngTarget } from "./png";

/** Every target by its name; each call makes what it needs, `close` removes it. */
export const TARGETS = {
  npy: () => ({ ...npyTarget, close: () => undefined }),
  png: () => ({ ...pngTarget, close: () => undefined }),
  metadata: metadataTarget,
  "csv-boxes": () => ({ ...csvBoxesTarget, close: () => undefined }),
  coco: () => ({ ...cocoTarget, close: () => undefined }),
} as const;
