import { relative, resolve, sep } from "node:path";
import type { Source } from "../source/source";

/** The source's files but for those of boxes and masks that lie in it. @param apart Paths on disk; undefined: none. */
export function ownFiles(source: Source, apart: readonly (string | undefined)[]): string[] {
  const root = resolve(source.name);
  const places = apart.flatMap((path) => {
    if (path === undefined) return [];
    const place = relative(root, resolve(path));
    return place === "" || place.startsWith("..") ? [] : [place.split(sep).join("/")];
  });
  return [...source.entries.keys()].filter(
    (path) => !places.some((place) => path === place || path.startsWith(`${place}/`)),
  );
}
