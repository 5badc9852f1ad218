/** The LibTorch that `fetch` takes and the prebuilt addons are for. */
export const PINNED_LIBTORCH = "2.13.0";

/** The source compiles against these, both ends included (minor versions). */
export const OLDEST_LIBTORCH = "2.8";
export const NEWEST_LIBTORCH = "2.15";

/** `2.13.0+cpu` and `2.13.0a0+git` → `2.13.0`: what decides about binary compatibility. */
export function releaseOf(version: string): string {
  return /^\d+\.\d+(\.\d+)?/.exec(version)?.[0] ?? version;
}

/** Why the source does not compile against this version; undefined if it does. */
export function unsupportedVersion(version: string): string | undefined {
  const supported = `${OLDEST_LIBTORCH} to ${NEWEST_LIBTORCH} are supported`;
  if (minor(version) < minor(OLDEST_LIBTORCH)) {
    return `version ${version} is too old (${supported}; older builds may also use the old C++ string ABI)`;
  }
  return minor(version) > minor(NEWEST_LIBTORCH) ? `version ${version} is too new (${supported})` : undefined;
}

function minor(version: string): number {
  const [major = 0, second = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major * 1000 + second;
}
