import { posix } from "node:path";
import { readSource } from "../support/sources";

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
}

const packages: Readonly<Record<string, LockedPackage>> = JSON.parse(readSource("package-lock.json").text).packages;

/** The entry that Node finds for `name` from the package at `path`: in its own node_modules, else further up. */
function find(name: string, path: string): string | undefined {
  for (let folder = path; ; folder = posix.dirname(folder)) {
    const place = posix.join(folder, "node_modules", name);
    if (place in packages) return place;
    if (folder === "" || folder === ".") return undefined;
  }
}

describe("package-lock.json", () => {
  test("holds every package that another asks for, those of other platforms too, or npm ci refuses it", () => {
    const wanted = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies }).map((name) => ({ path, name })),
    );
    expect(wanted.length).toBeGreaterThan(400);
    expect(wanted.filter(({ path, name }) => find(name, path) === undefined)).toEqual([]);
  });

  test("names no registry", () => {
    expect(Object.keys(packages).filter((path) => packages[path]!.resolved !== undefined)).toEqual([]);
  });
});
