import { folder } from "./folder/folder";
import { cub } from "./formats/cub";
import { ilsvrc } from "./formats/ilsvrc";
import { openImages30k } from "./formats/openimages30k";
import { oxfordFlowers } from "./formats/oxford-flowers";
import { oxfordPet } from "./formats/oxford-pet";
import { voc2012 } from "./formats/voc2012";
import type { SourceFormat } from "./source-format";

/** Every format that can be prepared, in the order of the help. */
export const SOURCE_FORMATS: readonly SourceFormat[] = [
  cub,
  openImages30k,
  oxfordPet,
  oxfordFlowers,
  voc2012,
  ilsvrc,
  folder,
];
