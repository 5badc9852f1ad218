/** Record layouts of a zip archive (PKWARE's APPNOTE.TXT 6.3.9, sections 4.3 and 4.5), shared by reader and writer. */
export const LOCAL_SIGNATURE = 0x04034b50;
export const LOCAL_BYTES = 30;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const CENTRAL_BYTES = 46;
export const END_SIGNATURE = 0x06054b50;
export const END_BYTES = 22;
export const ZIP64_END_SIGNATURE = 0x06064b50;
export const ZIP64_END_BYTES = 56;
export const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
export const ZIP64_LOCATOR_BYTES = 20;
/** The extra field with the sizes and offsets that have no room in 32 bits. */
export const ZIP64_EXTRA = 1;
/** In place of a number that is in the zip64 record. */
export const IN_ZIP64_16 = 0xffff;
export const IN_ZIP64_32 = 0xffffffff;
export const STORED = 0;
export const DEFLATED = 8;
