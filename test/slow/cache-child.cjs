// One pass over a set with its cache on disk: node cache-child.cjs ROOT CACHE SIDE. Says how many images it decoded and the
// hash of all pixels; on the way it says when it begins.
const { createHash } = require("node:crypto");
const { join } = require("node:path");

const dist = join(__dirname, "../../dist/data");
const { Dataset } = require(join(dist, "dataset"));
const { ImageLoader } = require(join(dist, "images/loader"));

async function main([root, cacheDir, side]) {
  const split = (await Dataset.open(root)).split("train");
  let decodes = 0;
  /** Nearest neighbour: needs no LibTorch, and takes what the image is. */
  const resize = async ({ data, width, height }, to) => {
    decodes++;
    const out = new Uint8Array(to.width * to.height * 3);
    for (let pixel = 0; pixel < to.width * to.height; pixel++) {
      const [x, y] = [pixel % to.width, Math.floor(pixel / to.width)];
      const from = Math.floor((y * height) / to.height) * width + Math.floor((x * width) / to.width);
      for (let channel = 0; channel < 3; channel++) out[pixel * 3 + channel] = data[from * 3 + channel];
    }
    return out;
  };
  const loader = new ImageLoader({ resize, cmyk: "refuse", cacheMemory: 0, cache: "disk", cacheDir });
  const order = Int32Array.from(split.ids, (_, index) => index);
  const hash = createHash("sha256");
  console.log("begins");
  for await (const { images } of loader.batches({ split, order, batchSize: 16, side: Number(side) })) {
    hash.update(images.data);
  }
  console.log(JSON.stringify({ decodes, pixels: hash.digest("hex") }));
}

main(process.argv.slice(2));
