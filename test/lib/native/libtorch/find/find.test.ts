import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { candidates } from "../../../../../lib/native/libtorch/find/candidates";
import { discoverLibtorch, findLibtorch, withoutHeaders } from "../../../../../lib/native/libtorch/find/find";
import { caught } from "../../../../support/caught";
import { writeLibtorch } from "../../../../support/made-up-libtorch";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();
let counter = 0;

/** An environment in which each source of LibTorch is there, and their folders by source. */
function machine() {
  const home = join(folder, `machine-${counter++}`);
  const bin = join(home, "bin");
  const places = {
    wsol: writeLibtorch(join(home, "by-variable")),
    libtorch: writeLibtorch(join(home, "by-libtorch")),
    venv: writeLibtorch(join(home, "venv", "lib", "python3.12", "site-packages", "torch")),
    python: writeLibtorch(join(home, "site", "torch")),
    linked: writeLibtorch(join(home, "linked")),
    fetched: writeLibtorch(join(home, "cache", "entropy-wsol", "libtorch", "2.13.0-cpu")),
    system: writeLibtorch(join(home, "system")),
  };
  const manifest = JSON.stringify({ version: "2.13.0", variant: "cpu", sources: [] });
  writeFileSync(join(places.fetched, "entropy-wsol-libtorch.json"), manifest);
  mkdirSync(join(home, "config", "entropy-wsol"), { recursive: true });
  writeFileSync(join(home, "config", "entropy-wsol", "libtorch-folder"), `${places.linked}\n`);
  mkdirSync(bin);
  writeFileSync(join(bin, "python3"), `#!/bin/sh\necho '${places.python}'\n`, { mode: 0o755 });
  const environment: NodeJS.ProcessEnv = {
    WSOL_LIBTORCH: places.wsol,
    LIBTORCH: places.libtorch,
    VIRTUAL_ENV: join(home, "venv"),
    PATH: bin,
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_CONFIG_HOME: join(home, "config"),
  };
  const look = () => discoverLibtorch({ places: candidates(environment, [places.system]) });
  return { environment, places, look };
}

describe("discovery", () => {
  it("goes from the variables over Python, the link and the fetched one to the system, each in its turn", () => {
    const { environment, places, look } = machine();
    const order: string[] = [];
    const without: ((environment: NodeJS.ProcessEnv) => void)[] = [
      (e) => delete e.WSOL_LIBTORCH,
      (e) => delete e.LIBTORCH,
      (e) => delete e.VIRTUAL_ENV,
      (e) => delete e.PATH,
      (e) => delete e.XDG_CONFIG_HOME,
      (e) => (e.XDG_CACHE_HOME = join(folder, "nothing-here")),
    ];
    environment.HOME = folder;
    for (const remove of [() => undefined, ...without]) {
      remove(environment);
      if (environment.XDG_CONFIG_HOME === undefined) environment.XDG_CONFIG_HOME = join(folder, "no-config");
      order.push(look().chosen!.root);
    }
    const { wsol, libtorch, venv, python, linked, fetched, system } = places;
    expect(order).toEqual([wsol, libtorch, venv, python, linked, fetched, system]);
  });

  it("tells version, variant and headers without loading anything", () => {
    const root = writeLibtorch(join(folder, "cuda"), { version: "2.12.1+cu130", cuda: true, headers: false });
    const found = findLibtorch({ places: [{ source: "test", path: root, binding: false }] });
    const facts = { version: "2.12.1+cu130", release: "2.12.1", variant: "cuda", headers: false };
    expect(found).toEqual({ root, source: "test", ...facts });
  });

  it("takes the folder above LibTorch, and reads the version from the headers where there is no version file", () => {
    const root = writeLibtorch(join(folder, "above", "libtorch"), { version: "" });
    const header = join(root, "include", "torch", "headeronly");
    mkdirSync(header);
    const defines = ["MAJOR 2", "MINOR 11", "PATCH 3"].map((part) => `#define TORCH_VERSION_${part}`);
    writeFileSync(join(header, "version.h"), defines.join("\n"));
    const found = findLibtorch({ places: [{ source: "test", path: join(folder, "above"), binding: false }] });
    expect([found.root, found.release]).toEqual([root, "2.11.3"]);
  });

  it("passes over what does not fit and keeps each reason", () => {
    const place = (name: string, options = {}) => writeLibtorch(join(folder, "unfit", name), options);
    const machineOfOthers = process.arch === "arm64" ? 62 : 183;
    mkdirSync(join(folder, "unfit", "hollow"), { recursive: true });
    const paths = [
      join(folder, "unfit", "absent"),
      join(folder, "unfit", "hollow"),
      place("old", { version: "2.4.1" }),
      place("new", { version: "2.99.0" }),
      place("nameless", { version: "" }),
      place("foreign", { machine: machineOfOthers }),
      place("bare", { headers: false }),
      place("good"),
    ];
    const places = paths.map((path) => ({ source: "test", path, binding: false }));
    const { chosen, skipped } = discoverLibtorch({ places, unfit: withoutHeaders });
    expect(chosen?.root).toBe(paths.at(-1));
    const reasons = skipped.map(({ reason }) => reason);
    expect(reasons).toHaveLength(7);
    expect(reasons[0]).toBe("no such folder");
    expect(reasons[1]).toMatch(/^no lib\/.*torch_cpu/);
    expect(reasons[2]).toContain("too old (2.8 to 2.15 are supported");
    expect(reasons[3]).toContain("too new (2.8 to 2.15 are supported");
    expect(reasons[4]).toContain("version cannot be told");
    if (process.platform === "linux") expect(reasons[5]).toMatch(/it is for (arm64|x64), this is/);
    expect(reasons[6]).toContain("without headers");
  });

  it("rejects with every place and its reason when none fits", async () => {
    const places = [
      { source: "Python on PATH", path: null, binding: false },
      { source: "system", path: join(folder, "absent"), binding: false },
    ];
    const error = await caught(() => findLibtorch({ places }));
    expect(error.code).toBe("ERR_WSOL_LIBTORCH_NOT_FOUND");
    expect(error.message).toContain("Python on PATH: no torch in it");
    expect(error.message).toContain(`system '${join(folder, "absent")}': no such folder`);
    expect(error.details.candidates).toHaveLength(2);
    expect(error.fix).toContain("libtorch fetch");
  });

  it.each(["WSOL_LIBTORCH", "LIBTORCH"])(
    "rejects a folder of %s that does not fit instead of passing it over",
    async (name) => {
      const { environment, look } = machine();
      delete environment.WSOL_LIBTORCH;
      environment[name] = join(folder, "absent");
      const missing = await caught(look);
      expect(missing.code).toBe("ERR_WSOL_LIBTORCH_NOT_FOUND");
      expect(missing.message).toContain(`for '${name}'`);
      environment[name] = writeLibtorch(join(folder, `old-${name}`), { version: "2.1.0" });
      const old = await caught(look);
      expect(old.code).toBe("ERR_WSOL_LIBTORCH_VERSION");
      expect(old.message).toContain("2.1.0 is too old");
    },
  );

  it("rejects a file of the linked folder's name that holds nothing, by going on to the next place", () => {
    const { environment, places, look } = machine();
    for (const name of ["WSOL_LIBTORCH", "LIBTORCH", "VIRTUAL_ENV"]) delete environment[name];
    environment.PATH = "";
    writeFileSync(join(environment.XDG_CONFIG_HOME!, "entropy-wsol", "libtorch-folder"), "\n");
    expect(look().chosen?.root).toBe(places.fetched);
  });
});
