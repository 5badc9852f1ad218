import { metadataTarget } from "./metadata";
import { npyTarget } from "./npy";
import { pngTarget } from "./png";
import { recordsTarget } from "./records";
import { tensorsTarget } from "./tensors";

/** Every target by its name; each call makes what it needs, `close` removes it. */
export const TARGETS = {
  npy: () => ({ ...npyTarget, close: () => undefined }),
  png: () => ({ ...pngTarget, close: () => undefined }),
  records: () => ({ ...recordsTarget, close: () => undefined }),
  metadata: metadataTarget,
  tensors: tensorsTarget,
} as const;
