import { metadataTarget } from "./metadata";
import { npyTarget } from "./npy";
import { pngTarget } from "./png";
import { tarTarget } from "./tar";
import { zipTarget } from "./zip";

/** Every target by its name; each call makes what it needs, `close` removes it. */
export const TARGETS = {
  npy: () => ({ ...npyTarget, close: () => undefined }),
  png: () => ({ ...pngTarget, close: () => undefined }),
  metadata: metadataTarget,
  tar: () => ({ ...tarTarget, close: () => undefined }),
  zip: zipTarget,
} as const;
