/** A file of a data set as its publishers offer it. */
export interface SourceDownload {
  /** As it is called in the source's folder, and by the publishers. */
  readonly file: string;
  /** Addresses of the publishers. */
  readonly urls: readonly string[];
  /** As published, or as the classes of torchvision's data sets have it; null: nobody gives one. */
  readonly md5: string | null;
  /** Entries of the source's folder of which one is there where the file was unpacked already. */
  readonly unpackedAs: readonly string[];
}

const PETS = ["https://www.robots.ox.ac.uk/~vgg/data/pets/data/", "https://thor.robots.ox.ac.uk/~vgg/data/pets/"];
const FLOWERS = ["https://www.robots.ox.ac.uk/~vgg/data/flowers/102/"];

/** By the format's name. The other sets are given out by other ways, ILSVRC to those who have signed for it. */
export const SOURCE_DOWNLOADS: Readonly<Record<string, readonly SourceDownload[]>> = {
  cub: [
    {
      file: "CUB_200_2011.tgz",
      urls: ["https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz"],
      md5: "97eceeb196236b17998738112f37df78",
      unpackedAs: ["CUB_200_2011/images.txt", "images.txt"],
    },
  ],
  "oxford-pet": [
    below(PETS, "images.tar.gz", "5c4f3ee8e5d25df40f4fd59a7f44e54c", "images"),
    below(PETS, "annotations.tar.gz", "95a8c909bbe2e81eed6a22bccdf3f68f", "annotations"),
  ],
  "oxford-flowers": [
    below(FLOWERS, "imagelabels.mat", "e0620be6f572b9609742df49c70aed4d"),
    below(FLOWERS, "setid.mat", "a5357ecc9cb78c4bef273ce3793fc85c"),
    below(FLOWERS, "102flowers.tgz", "52808999861908f626f3c1f4e79d11fa", "jpg"),
    below(FLOWERS, "102segmentations.tgz", null, "segmim"),
  ],
  voc2012: [
    {
      file: "VOCtrainval_11-May-2012.tar",
      urls: ["http://host.robots.ox.ac.uk/pascal/VOC/voc2012/VOCtrainval_11-May-2012.tar"],
      md5: "6cd6e144f989b92b3379bac3b3de84fd",
      unpackedAs: ["VOCdevkit/VOC2012", "VOC2012", "JPEGImages"],
    },
  ],
};

function below(folders: readonly string[], file: string, md5: string | null, unpackedAs?: string): SourceDownload {
  const urls = folders.map((folder) => folder + file);
  return { file, urls, md5, unpackedAs: unpackedAs === undefined ? [] : [unpackedAs] };
}
