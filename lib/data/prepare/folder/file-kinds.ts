/** Endings of files that are taken for images; their first bytes must agree. */
const IMAGE_ENDING = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif|bmp|heic|heif)$/i;
/** What file managers and archivers leave behind; no one means it to be data. */
const LITTER = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|ehthumbs\.db|desktop\.ini|Icon\r)(\/|$)/i;

/** What a file of the source is by its path: hidden and the like are ignored, others are named in the summary. */
export function kindOfFile(path: string): "image" | "ignored" | "other" {
  if (LITTER.test(path)) return "ignored";
  return IMAGE_ENDING.test(path) ? "image" : "other";
}
