import type { Config } from "../../config/schema";
import { loadTorchAddon } from "../../native/load-torch";
import { ImageLoader } from "./loader";

/** The loader that a configuration asks for. @param onWarning Told what is worth knowing. @default Node's `warning` event */
export function loaderFor(
  data: Config["data"],
  { onWarning }: { readonly onWarning?: (message: string) => void } = {},
): ImageLoader {
  const { resizeImage, info } = loadTorchAddon();
  return new ImageLoader({
    ...{ resize: resizeImage, resizedBy: `LibTorch ${info().libtorch}` },
    ...{ cmyk: data.cmyk, cache: data.cache, cacheMemory: data.cacheMemory, cacheDir: data.cacheDir },
    workers: data.workers,
    ...(onWarning !== undefined && { onWarning }),
  });
}
