import { describeConfig } from "../lib/config/describe";
import { IMAGENET_WEIGHTS } from "../lib/config/presets";
import { RECIPE_NAMES } from "../lib/config/recipes";
import { configKeys } from "../lib/config/resolve";
import { KINDS } from "../lib/data/check/kinds";
import { ERROR_EXIT_CODES } from "../lib/errors";
import { RUN_FILES } from "../lib/runs/run-folder";
import { readSource } from "./support/sources";

const { configurationPage } = require("../scripts/docs/configuration-page.cjs");
const page = (path: string): string => readSource(path).text;

describe("docs/configuration.md", () => {
  test("is what its script makes of the schema", () => {
    expect(page("docs/configuration.md")).toBe(configurationPage(describeConfig()));
  });

  test("has every key with a sentence that ends in a full stop", () => {
    const text = page("docs/configuration.md");
    expect(configKeys().length).toBeGreaterThan(25);
    for (const key of configKeys()) {
      expect(text.match(new RegExp(`^\\| \`${key.replaceAll(".", "\\.")}\` \\|.*\\. \\|$`, "m"))?.[0] ?? key).not.toBe(
        key,
      );
    }
  });
});

describe("docs/errors.md", () => {
  test("lists every code of the table under its exit code, and no other", () => {
    const sections = page("docs/errors.md")
      .split(/^## Exit code /m)
      .slice(1);
    const documented = sections.flatMap((section) => {
      const codes = [...section.matchAll(/^\| `(ERR_WSOL_\w+)` \|/gm)].map((match) => match[1]!);
      return codes.map((code): [string, number] => [code, Number.parseInt(section, 10)]);
    });
    expect(documented.length).toBeGreaterThan(15);
    expect(Object.fromEntries(documented)).toEqual(ERROR_EXIT_CODES);
  });
});

describe("docs/checking.md", () => {
  test("lists every kind of finding with its severity, in the order of the report", () => {
    const rows = [...page("docs/checking.md").matchAll(/^\| `([\w-]+)` \| (error|warning|note) \|/gm)];
    const kinds = Object.entries(KINDS).map(([kind, { severity }]) => [kind, severity]);
    expect(rows.map(([, kind, severity]) => [kind, severity])).toEqual(kinds);
  });
});

describe("docs/presets.md", () => {
  test("names every preset, and the weights of every backbone", () => {
    for (const name of RECIPE_NAMES) expect(page("docs/presets.md")).toContain(`\`${name}\``);
    for (const weights of Object.values(IMAGENET_WEIGHTS))
      expect(page("docs/presets.md")).toContain(`| \`${weights}\` |`);
  });
});

describe("docs/run-folder.md", () => {
  test("lists every file of a run folder", () => {
    for (const file of Object.values(RUN_FILES)) expect(page("docs/run-folder.md")).toContain(`\n| \`${file}\` |`);
  });
});

describe("README.md", () => {
  test("shows the example that examples/ holds and a test runs", () => {
    const block = /```ts\n([\s\S]*?)```/.exec(page("README.md"))?.[1];
    expect(block?.split("\n").length).toBeGreaterThan(10);
    expect(page("examples/train-and-localize.mts")).toContain(block);
  });
});
