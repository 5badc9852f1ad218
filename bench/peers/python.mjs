import { spawnSync } from "node:child_process";

/** Module to the package that pip installs it from. */
const PACKAGES = { torch: "torch", cv2: "opencv-python-headless", numpy: "numpy", PIL: "pillow" };
const PROBE = `
import importlib, json, sys
versions = {}
for name in sys.argv[1:]:
    try: versions[name] = importlib.import_module(name).__version__
    except Exception: pass
print(json.dumps(versions))`;

/** What the peers need of this interpreter: the versions of the modules it has, and what to do about the others. */
export function inspectPython(python) {
  const names = Object.keys(PACKAGES);
  const { error, status, stdout } = spawnSync(python, ["-c", PROBE, ...names], { encoding: "utf8" });
  const isPython = error === undefined && status === 0;
  const versions = isPython ? JSON.parse(stdout) : {};
  const missing = names.filter((name) => !(name in versions));
  if (missing.length === 0) return { versions, missing, advice: null };
  const lack = isPython ? `'${python}' has no ${missing.join(", ")}` : `'${python}' cannot be run as Python`;
  const packages = missing.map((name) => PACKAGES[name]).join(" ");
  const [program, more] = isPython ? [python, ""] : ["PYTHON", ", and name it by --python PYTHON"];
  return { versions, missing, advice: `${lack}: get them with \`${program} -m pip install ${packages}\`${more}` };
}

/** Why a peer that needs these modules cannot run with this interpreter; undefined if it can. */
export function lackOf(python, ...modules) {
  const { missing, advice } = inspectPython(python);
  return missing.some((name) => modules.includes(name)) ? advice : undefined;
}
