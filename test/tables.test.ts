import { configSchema } from "../lib/config/schema";
import { loadTorchAddon } from "../lib/native/load-torch";

// What the configuration offers is what the native tables hold, name by name.

const { properties } = require("zod").toJSONSchema(configSchema, { io: "input" });
const optionsOf = (section: string, key: string): string[] => properties[section].properties[key].enum;
const info = loadTorchAddon().info();

test.each([
  ["model", "backbone", info.backbones],
  ["loss", "regularizer", info.regularizers],
  ["loss", "reduction", info.reductions],
  ["loss", "multiLabel", info.multiLabels],
  ["method", "name", info.methods],
  ["scoreMap", "kind", info.scoreMapKinds],
  ["distributed", "backend", info.distributedBackends],
  ["scoreMap", "normalisation", info.normalisations],
] as const)("%s.%s offers the rows of its native table", (section, key, rows) => {
  expect(rows.length).toBeGreaterThan(0);
  expect([...optionsOf(section, key)].sort()).toEqual([...rows].sort());
});
