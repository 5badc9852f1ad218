// Writes docs/configuration.md from the schema in dist/: `node scripts/docs/configuration-page.cjs`.
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { toJSONSchema } = require("zod");

const HEAD = `<!-- Written by scripts/docs/configuration-page.cjs from lib/config/schema.ts. -->

# Configuration

A run is described by the keys below; all have a default, so \`{}\` is a valid configuration. They are the sections and
keys of the object that \`fit\` takes, the content of the file that \`wsol train --config\` reads (YAML or JSON), and the
dotted names of \`wsol train --set key=value\`, whose values are YAML scalars: \`--set loss.lambda=1e-4\`,
\`--set model.numClasses=null\`. A file comes first, settings after it, later ones win. The resolved configuration lies in
the run folder as \`config.json\` ([run folder](run-folder.md)).

An unknown key, a wrong type or a value out of range is \`ERR_WSOL_CONFIG\` (exit code 2); for an unknown key the message
names the nearest one. Some values must also agree with each other: \`data.cropSize\` is at most \`data.imageSize\`,
\`model.stem=activated\` needs \`model.backbone=preresnet18\`, \`scoreMap.stage\` is 4 with \`scoreMap.kind=cam\`,
\`scoreMap.kind\` is \`cam\` with \`method.name=acol\`, and \`loss.lambda\` is at most 1 with \`label-smoothing\`.
`;

/** The page as text, from the zod schema of the configuration. */
function configurationPage(schema) {
  const { properties } = toJSONSchema(schema, { io: "input" });
  const sections = Object.entries(properties).filter(([, property]) => property.type === "object");
  const single = Object.entries(properties).filter(([, property]) => property.type !== "object");
  const parts = sections.map(([name, section]) => sectionOf(name, Object.entries(section.properties), `${name}.`));
  return [HEAD, ...parts, sectionOf("The run", single, "")].join("\n");
}

function sectionOf(title, entries, prefix) {
  const rows = leavesOf(entries, prefix).map(([key, property]) => {
    const value = `\`${JSON.stringify(property.default)}\``;
    const words = property.description.replaceAll("|", "\\|");
    const cells = [`\`${key}\``, value, valuesOf(property), words];
    return `| ${cells.join(" | ")} |`;
  });
  return `## ${title}\n\n| key | default | values | |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** Dotted keys with their properties, those of nested sections in their place. */
function leavesOf(entries, prefix) {
  return entries.flatMap(([key, property]) =>
    property.type === "object"
      ? leavesOf(Object.entries(property.properties), `${prefix}${key}.`)
      : [[`${prefix}${key}`, property]],
  );
}

function valuesOf(property) {
  if (property.anyOf) return property.anyOf.map(valuesOf).join(", ");
  if (property.enum) return property.enum.map((value) => `\`${value}\``).join(", ");
  if (property.const !== undefined) return `\`${property.const}\``;
  if (property.pattern) return `\`${property.pattern.replaceAll("|", "\\|")}\``;
  if (property.type === "integer") return `whole number${rangeOf(property)}`;
  return `${property.type}${rangeOf(property)}`;
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const bounds = [];
  if (exclusiveMinimum !== undefined) bounds.push(`> ${exclusiveMinimum}`);
  else if (minimum !== undefined) bounds.push(`>= ${minimum}`);
  if (exclusiveMaximum !== undefined) bounds.push(`< ${exclusiveMaximum}`);
  else if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) bounds.push(`<= ${maximum}`);
  return bounds.length === 0 ? "" : ` ${bounds.join(", ")}`;
}

module.exports = { configurationPage };

if (require.main === module) {
  const root = join(__dirname, "..", "..");
  const { configSchema } = require(join(root, "dist", "config", "schema.js"));
  writeFileSync(join(root, "docs", "configuration.md"), configurationPage(configSchema));
}
