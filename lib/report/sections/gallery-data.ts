import type { GalleryImage, RunGallery } from "../../pictures/gallery-of-run";
import { seriesClass } from "../charts/series";
import type { Finding, GalleryData } from "../page/gallery-data";
import type { ReportedRun } from "../reported-run";

/** Decimals that an eye or a filter can tell apart; a page of two hundred images saves a tenth by it. */
const DECIMALS = 4;

/** What the page's script is given of the runs' galleries; null where no run has one. */
export function galleryData(runs: readonly ReportedRun[]): GalleryData | null {
  const shown = runs.flatMap((run, index) => (run.gallery ? [{ run, index, gallery: run.gallery }] : []));
  const ids = [...new Set(shown.flatMap(({ gallery }) => gallery.images.map(({ imageId }) => imageId)))];
  if (ids.length === 0) return null;
  const byId = shown.map(({ gallery }) => new Map(gallery.images.map((image) => [image.imageId, image])));
  return {
    runs: shown.map(({ run, index, gallery }) => ({
      name: run.name,
      colour: seriesClass(index),
      threshold: gallery.threshold,
      thresholdFrom: originOf(run, gallery),
      normalisation: gallery.normalisation,
      size: gallery.size,
    })),
    images: ids.map((id) => {
      const found = byId.map((images) => images.get(id) ?? null);
      const image = found.find((one) => one !== null)!;
      return {
        id,
        label: image.label,
        width: image.width,
        height: image.height,
        boxes: image.trueBoxes,
        thumbnail: `data:image/webp;base64,${Buffer.from(image.thumbnail).toString("base64")}`,
        found: found.map((one) => (one === null ? null : findingOf(one))),
      };
    }),
  };
}

function findingOf(image: GalleryImage): Finding {
  const { rawMap, predicted, label, probability, entropyFraction, box, iou } = image;
  const round = (value: number) => Number(value.toFixed(DECIMALS));
  return {
    map: encodeFloats(rawMap.data),
    mapWidth: rawMap.width,
    mapHeight: rawMap.height,
    predicted,
    isRight: predicted === label,
    probability: round(probability),
    entropy: round(entropyFraction),
    box,
    iou,
  };
}

function encodeFloats(values: Float32Array): string {
  const bytes = Buffer.alloc(values.length * Float32Array.BYTES_PER_ELEMENT);
  values.forEach((value, index) => {
    bytes.writeFloatLE(value, index * Float32Array.BYTES_PER_ELEMENT);
  });
  return bytes.toString("base64");
}

function originOf({ evaluation }: ReportedRun, { threshold }: RunGallery): string {
  if (threshold === evaluation?.atValThreshold?.threshold) return "of val";
  return threshold === evaluation?.atSigma?.sigma ? "sigma" : "chosen";
}
