/**
 * `error`: training or evaluation would stop. `warning`: they would not, but something is likely wrong with the figures.
 * `note`: worth knowing.
 */
export type Severity = "error" | "warning" | "note";

interface Kind {
  readonly severity: Severity;
  /** What is wrong, to be followed by a count. */
  readonly what: string;
  readonly advice?: string;
}

const kind = (severity: Severity, what: string, advice?: string): Kind => ({
  severity,
  what,
  ...(advice !== undefined && { advice }),
});

const OR_SKIP = "Fetch it again, remove it from the metadata, or set data.onBadImage=skip.";

/** Everything that a check looks for, in the order of its report. */
export const KINDS = {
  metadata: kind("error", "faults in the text files"),
  "no-training": kind("error", "reasons why nothing can be trained"),
  "box-refused": kind(
    "error",
    "boxes that are no boxes, or outside their image",
    "Boxes are corners x0,y0,x1,y1 in pixels of the stored image.",
  ),
  "image-missing": kind("error", "images that are not there", "Restore them, or remove them from the metadata."),
  "image-unreadable": kind("error", "images that cannot be read"),
  "image-empty": kind("error", "images of 0 bytes", OR_SKIP),
  "image-kind": kind("error", "images that are no JPEG, PNG or WebP", "Convert them."),
  "image-damaged": kind("error", "images that are damaged or truncated", OR_SKIP),
  "image-too-large": kind("error", "images with too many pixels"),
  "image-cmyk": kind("error", "CMYK images, which are refused", "Convert them to RGB, or set data.cmyk=convert."),
  "image-size": kind(
    "error",
    "images of another size than image_sizes.txt says",
    "Sizes and boxes are those of the image as stored, without its EXIF orientation.",
  ),
  "mask-missing": kind("error", "masks that are not there"),
  "mask-unreadable": kind("error", "masks that cannot be read"),
  "masks-empty": kind("error", "splits none of whose masks has foreground"),
  "image-in-two-splits": kind("warning", "images that two splits share: figures are too good"),
  "same-picture-in-two-splits": kind("warning", "images whose pixels another split has too: figures are too good"),
  "same-picture-other-label": kind("warning", "images whose pixels occur with another label"),
  "same-picture-twice": kind("warning", "images whose pixels their split has already"),
  "class-untrained": kind("warning", "classes without training images"),
  "image-small": kind("warning", "images with a side below 32 pixels"),
  "box-thin": kind("warning", "boxes of no width or height"),
  "mask-empty": kind("warning", "masks without foreground"),
  "mask-full": kind("warning", "masks that cover their whole image"),
  "mask-size": kind("warning", "masks of another size than their image, to which they are stretched"),
  "box-whole": kind("note", "boxes that cover their whole image"),
  "image-cmyk-converted": kind("note", "CMYK images, which are converted"),
  "image-turned": kind(
    "note",
    "images that their EXIF orientation would turn; data sets are read as stored",
    "Boxes and masks must be those of the stored image.",
  ),
  "file-unused": kind("note", "files in images/ that no split names"),
} as const satisfies Readonly<Record<string, Kind>>;

export type FindingKind = keyof typeof KINDS;
