/** Finds images by what another file calls them. */
export class ImagePaths {
  /** Positions by each ending of a path that begins at a folder; -1 where several images have it. */
  readonly #byEnding = new Map<string, number>();
  readonly #whole = new Map<string, number>();

  /** @param paths With `/` between folders; one that is there twice is never found. */
  constructor(private readonly paths: readonly string[]) {
    paths.forEach((path, position) => {
      const key = keyOf(path);
      this.#whole.set(key, this.#whole.has(key) ? AMBIGUOUS : position);
      for (let start = 0; start !== -1; start = nextPart(key, start)) {
        const ending = key.slice(start);
        this.#byEnding.set(ending, this.#byEnding.has(ending) ? AMBIGUOUS : position);
      }
    });
  }

  /**
   * The position of the one image whose path is `written`, or ends in it, or is its end (a path that begins higher up);
   * null: none. @returns `ambiguous` where several end in it
   */
  find(written: string): number | "ambiguous" | null {
    const key = keyOf(written);
    const whole = this.#whole.get(key) ?? this.#byEnding.get(key);
    if (whole !== undefined) return whole === AMBIGUOUS ? "ambiguous" : whole;
    for (let start = nextPart(key, 0); start !== -1; start = nextPart(key, start)) {
      const position = this.#whole.get(key.slice(start));
      if (position !== undefined) return position === AMBIGUOUS ? "ambiguous" : position;
    }
    return null;
  }

  /** Some of the images that `written` may mean, for messages. */
  candidates(written: string, most = 3): string[] {
    const ending = `/${keyOf(written)}`;
    const found: string[] = [];
    for (const path of this.paths) {
      if (`/${keyOf(path)}`.endsWith(ending)) found.push(path);
      if (found.length === most) break;
    }
    return found;
  }
}

const AMBIGUOUS = -1;

/** Of one spelling: Windows' separators, `./`, and composed letters (file systems and editors differ). */
function keyOf(path: string): string {
  return path
    .normalize("NFC")
    .replaceAll("\\", "/")
    .replace(/^(\.\/)+/, "");
}

function nextPart(path: string, start: number): number {
  const slash = path.indexOf("/", start);
  return slash === -1 ? -1 : slash + 1;
}
