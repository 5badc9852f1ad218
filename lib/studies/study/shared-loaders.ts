import type { Config } from "../../config/schema";
import type { ImageLoader } from "../../data/images/loader";
import { loaderFor } from "../../data/images/loader-for";

/** One loader, and with it one cache of decoded images, for all runs that read images alike. */
export class SharedLoaders {
  readonly #loaders = new Map<string, ImageLoader>();

  for(data: Config["data"]): ImageLoader {
    const { cmyk, cache, cacheMemory, cacheDir, workers } = data;
    const key = JSON.stringify([cmyk, cache, cacheMemory, cacheDir, workers]);
    const loader = this.#loaders.get(key) ?? loaderFor(data);
    this.#loaders.set(key, loader);
    return loader;
  }

  async close(): Promise<void> {
    for (const loader of this.#loaders.values()) await loader.close();
  }
}
