import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { REPOSITORY, sourceFiles } from "../support/sources";
import { manifest, node, type Outcome, type Scratch, tool } from "./packed";

// A project that names neither types nor the DOM: what the declarations need comes by their own reference.
const STRICT = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true };
const BARE = { ...STRICT, target: "ES2023", lib: ["ES2023"], types: [] };
// One of them checks the declarations themselves, which takes most of the time.
const SYSTEMS = {
  node16: { module: "node16", skipLibCheck: false },
  bundler: { module: "preserve", moduleResolution: "bundler", skipLibCheck: true },
} as const;

export function describeTypes(scratch: Scratch): void {
  function compile(options: object, include: readonly string[]): Outcome {
    const project = join(scratch.project, "tsconfig.json");
    writeFileSync(project, JSON.stringify({ compilerOptions: { ...BARE, ...options }, include }));
    return node([tool("tsc"), "-p", project], { cwd: scratch.project });
  }

  /** The programs of test/types, as CommonJS and as ES modules that name the package. */
  function writePrograms(): void {
    const programs = sourceFiles("test/types", ".ts");
    expect(programs.length).toBeGreaterThan(3);
    mkdirSync(join(scratch.project, "types"), { recursive: true });
    for (const ending of ["cts", "mts"]) {
      for (const { path, text } of programs) {
        const own = text
          .replace(/"\.\.\/\.\.\/lib\/index"/g, '"entropy-wsol"')
          .replace(/"\.\.\/\.\.\/lib\/(\w+)"/g, '"entropy-wsol/$1"');
        writeFileSync(join(scratch.project, "types", `${basename(path, ".ts")}.${ending}`), own);
      }
    }
  }

  describe("the installed types", () => {
    beforeAll(writePrograms);

    test("of the metrics need no other types", () => {
      writeFileSync(
        join(scratch.project, "metrics-only.mts"),
        'import { MaxBoxAcc } from "entropy-wsol/metrics"; export const metric: MaxBoxAcc = new MaxBoxAcc();',
      );
      expect(compile(SYSTEMS.node16, ["metrics-only.mts"])).toEqual({ status: 0, stdout: "", stderr: "" });
    }, 60_000);

    test("of the rest ask for @types/node, which is an optional peer", () => {
      const declarations = readFileSync(join(scratch.installed, "dist", "index.d.ts"), "utf8");
      expect(declarations).toMatch(/^\/\/\/ <reference types="node" /);
      expect(manifest.peerDependencies).toEqual({ "@types/node": ">=20" });
      expect(manifest.peerDependenciesMeta).toEqual({ "@types/node": { optional: true } });
    });

    test.each(Object.entries(SYSTEMS))(
      "with @types/node serve the programs of test/types under %s, in CommonJS and ES modules",
      (_, system) => {
        for (const name of ["@types/node", "undici-types"]) {
          const path = join("node_modules", ...name.split("/"));
          cpSync(join(REPOSITORY, path), join(scratch.project, path), { recursive: true });
        }
        expect(compile(system, ["types/*.cts", "types/*.mts"])).toEqual({ status: 0, stdout: "", stderr: "" });
      },
      60_000,
    );
  });
}
