import { cub } from "./formats/cub";
import { openImages30k } from "./formats/openimages30k";
import { oxfordPet } from "./formats/oxford-pet";
import type { SourceFormat } from "./source-format";

/** Every format that can be prepared, in the order of the help. */
export const SOURCE_FORMATS: readonly SourceFormat[] = [cub, openImages30k, oxfordPet];
