/** Names that differ between a library and the package that holds it. */
const OTHER_NAMES: Readonly<Record<string, string>> = { cudart: "runtime" };

/** Libraries of every Linux, which no wheel carries; `libcuda` is the driver's. */
const SYSTEM = /^(ld-linux|lib(c|m|dl|rt|pthread|util|gcc_s|stdc\+\+|cuda)\.so)/;

export function isSystemLibrary(soname: string): boolean {
  return SYSTEM.test(soname);
}

/**
 * The requirements, cut to what is needed, whose wheels hold these libraries:
 * `libcudart.so.13` with `cuda-toolkit[cublas,cudart]==13.0.3` → `cuda-toolkit[cudart]==13.0.3`, and
 * `libcupti.so.12` with `nvidia-cuda-cupti-cu12==12.8.90` → that. Libraries that none names are left out.
 */
export function requirementsFor(sonames: readonly string[], requirements: readonly string[]): string[] {
  const parts = requirements.flatMap(components);
  const chosen = sonames.flatMap((soname) => {
    const stem = soname
      .replace(/^lib/, "")
      .replace(/\.so.*$/, "")
      .toLowerCase();
    const fitting = parts.filter(({ name }) => stem.startsWith(name) || OTHER_NAMES[stem] === name);
    // `cusparselt` is of its own package, not of `cusparse`.
    fitting.sort((a, b) => b.name.length - a.name.length);
    return fitting.slice(0, 1);
  });
  const extras = new Map<string, Set<string>>();
  for (const { whole, extra } of chosen) {
    const wanted = extras.get(whole) ?? new Set();
    if (extra !== undefined) wanted.add(extra);
    extras.set(whole, wanted);
  }
  return [...extras].map(([whole, wanted]) =>
    wanted.size === 0 ? whole : whole.replace(/\[[^\]]*\]/, `[${[...wanted].join(",")}]`),
  );
}

/** Parts of the toolkit that hold headers alone, which those of the libraries include. */
const HEADERS = ["crt", "cccl"];

/**
 * Every NVIDIA library that the requirements name, for a CUDA LibTorch, which opens some of them by name at run time; with
 * what it takes to compile against them.
 */
export function allCudaRequirements(requirements: readonly string[]): string[] {
  return requirements
    .filter((requirement) => components(requirement).length > 0)
    .map((requirement) => requirement.replace(/^(cuda-toolkit\[[^\]]*)\]/, `$1,${HEADERS.join(",")}]`));
}

function components(requirement: string): { name: string; whole: string; extra?: string }[] {
  const toolkit = /^cuda-toolkit\[([^\]]*)\]/.exec(requirement);
  if (toolkit)
    return toolkit[1]!.split(",").map((extra) => ({ name: extra.trim(), whole: requirement, extra: extra.trim() }));
  const single = /^nvidia-(?:cuda-)?([a-z0-9-]+?)(?:-cu\d+)?\s*(?:[=<>!~].*)?$/.exec(requirement);
  return single ? [{ name: single[1]!, whole: requirement }] : [];
}
