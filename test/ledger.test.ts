import { createSourceFile, forEachChild, isInterfaceDeclaration, ScriptTarget } from "typescript";
import { loadMetricsAddon } from "../lib/native/load-metrics";
import { loadTorchAddon } from "../lib/native/load-torch";
import { sourceFiles } from "./support/sources";

/** The member names of every interface of a ledger, and the interface that a member constructs. */
function readLedger(path: string): Map<string, Map<string, string | null>> {
  const [file] = sourceFiles("lib/native", ".ts").filter((one) => one.path === path);
  const interfaces = new Map<string, Map<string, string | null>>();
  const source = createSourceFile(path, file!.text, ScriptTarget.ES2023, true);
  forEachChild(source, (node) => {
    if (!isInterfaceDeclaration(node)) return;
    const members = node.members.map((member): [string, string | null] => {
      const constructed = /:\s*new\s*\([\s\S]*\)\s*=>\s*(\w+)/.exec(member.getText(source))?.[1] ?? null;
      return [member.name!.getText(source), constructed];
    });
    interfaces.set(node.name.text, new Map(members));
  });
  return interfaces;
}

const LEDGERS = [
  { path: "lib/native/metrics-addon.ts", interfaceName: "MetricsAddon", load: loadMetricsAddon },
  { path: "lib/native/torch-addon.ts", interfaceName: "TorchAddon", load: loadTorchAddon },
] as const;

describe.each(LEDGERS)("$path", ({ path, interfaceName, load }) => {
  const ledger = readLedger(path);
  const declared = ledger.get(interfaceName)!;
  const classes = [...declared].filter((entry): entry is [string, string] => entry[1] !== null);

  test("declares exactly what the addon exports", () => {
    expect(declared.size).toBeGreaterThan(4);
    expect(Object.keys(load()).sort()).toEqual([...declared.keys()].sort());
  });

  test("declares exactly the members of the native classes", () => {
    expect(classes.length).toBeGreaterThan(1);
    const addon = load() as unknown as Record<string, { prototype: object }>;
    for (const [name, constructed] of classes) {
      const members = Object.getOwnPropertyNames(addon[name]!.prototype).filter((member) => member !== "constructor");
      const expected = [...ledger.get(constructed)!.keys()];
      expect(expected.length).toBeGreaterThan(2);
      expect({ name, members: members.sort() }).toEqual({ name, members: expected.sort() });
    }
  });
});
