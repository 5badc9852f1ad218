import type { Config } from "../../config/schema";
import { ImageLoader } from "../../data/images/loader";
import { loadTorchAddon } from "../../native/load-torch";

/** One loader, and with it one cache of decoded images, for all runs that read images alike. */
export class SharedLoaders {
  readonly #loaders = new Map<string, ImageLoader>();

  for({ cmyk, cacheMemory }: Config["data"]): ImageLoader {
    const key = JSON.stringify([cmyk, cacheMemory]);
    const loader =
      this.#loaders.get(key) ?? new ImageLoader({ resize: loadTorchAddon().resizeImage, cmyk, cacheMemory });
    this.#loaders.set(key, loader);
    return loader;
  }
}
