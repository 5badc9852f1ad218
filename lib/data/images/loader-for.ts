import type { Config } from "../../config/schema";
import { loadTorchAddon } from "../../native/load-torch";
import { warn } from "../../options";
import { threadPoolSize } from "../thread-pool";
import { ImageLoader } from "./loader";

/** The loader that a configuration asks for. @param onWarning Told what is worth knowing. @default Node's `warning` event */
export function loaderFor(
  data: Config["data"],
  { onWarning = warn }: { readonly onWarning?: (message: string) => void } = {},
): ImageLoader {
  const threads = threadPoolSize();
  if (data.workers !== null && data.workers > threads) {
    onWarning(
      `data.workers is ${data.workers}, but Node's thread pool has ${threads} threads: ` +
        `start the program with UV_THREADPOOL_SIZE=${data.workers} in its environment`,
    );
  }
  const { resizeImage, info } = loadTorchAddon();
  return new ImageLoader({
    ...{ resize: resizeImage, resizedBy: `LibTorch ${info().libtorch}` },
    ...{ cmyk: data.cmyk, cache: data.cache, cacheMemory: data.cacheMemory, cacheDir: data.cacheDir },
    workers: data.workers,
    onWarning,
  });
}
