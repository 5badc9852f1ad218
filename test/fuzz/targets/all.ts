import { metadataTarget } from "./metadata";
import { npyTarget } from "./npy";
import { pngTarget } from "./png";
import { recordsTarget } from "./records";
import { tensorsTarget } from "./tensors";
import { tarTarget } from "./tar";
import { zipTarget } from "./zip";

/** Every target by its name; each call makes what it needs, `close` removes it. */
export const TARGETS = {
  npy: () => ({ ...npyTarget, close: () => undefined }),
  png: () => ({ ...pngTarget, close: () => undefined }),
  records: () => ({ ...recordsTarget, close: () => undefined }),
  metadata: metadataTarget,
  tensors: tensorsTarget,
  tar: () => ({ ...tarTarget, close: () => undefined }),
  zip: zipTarget,
} as const;
