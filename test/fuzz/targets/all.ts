import { cocoTarget } from "./coco";
import { csvBoxesTarget } from "./csv-boxes";
import { decodedImagesTarget } from "./decoded-images";
import { imageTarget } from "./image";
import { matTarget } from "./mat";
import { metadataTarget, multiLabelTarget } from "./metadata";
import { npyTarget } from "./npy";
import { foregroundPngTarget, indexPngTarget, pngTarget } from "./png";
import { recordsTarget } from "./records";
import { tarTarget } from "./tar";
import { tensorsTarget } from "./tensors";
import { vocXmlTarget } from "./voc-xml";
import { zipTarget } from "./zip";

/** Every target by its name; each call makes what it needs, `close` removes it. */
export const TARGETS = {
  npy: () => ({ ...npyTarget, close: () => undefined }),
  png: () => ({ ...pngTarget, close: () => undefined }),
  records: () => ({ ...recordsTarget, close: () => undefined }),
  "foreground-png": () => ({ ...foregroundPngTarget, close: () => undefined }),
  "index-png": () => ({ ...indexPngTarget, close: () => undefined }),
  mat: () => ({ ...matTarget, close: () => undefined }),
  "voc-xml": () => ({ ...vocXmlTarget, close: () => undefined }),
  metadata: metadataTarget,
  tensors: tensorsTarget,
  tar: () => ({ ...tarTarget, close: () => undefined }),
  zip: zipTarget,
  "csv-boxes": () => ({ ...csvBoxesTarget, close: () => undefined }),
  coco: () => ({ ...cocoTarget, close: () => undefined }),
  multilabel: multiLabelTarget,
  image: imageTarget,
  "decoded-images": decodedImagesTarget,
} as const;
