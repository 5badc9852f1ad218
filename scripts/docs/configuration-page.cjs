// Writes docs/configuration.md from the schema in dist/: `node scripts/docs/configuration-page.cjs`.
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");

const HEAD = `<!-- Written by scripts/docs/configuration-page.cjs from lib/config/schema.ts. -->

# Configuration

A run is described by the keys below; all have a default, so \`{}\` is a valid configuration. They are the sections and
keys of the object that \`fit\` takes, the content of the file that \`wsol train --config\` reads (YAML or JSON), and the
dotted names of \`wsol train --set key=value\`, whose values are YAML scalars: \`--set loss.lambda=1e-4\`,
\`--set model.numClasses=null\`. A file comes first, settings after it, later ones win. The resolved configuration lies in
the run folder as \`config.json\` ([run folder](run-folder.md)).

What a run was trained with is fixed; how its score maps are made can be chosen again at evaluation: \`--set scoreMap.…\` of
\`wsol evaluate\` and \`wsol localize\`, the option \`scoreMap\` of \`Localizer.load\`.

An unknown key, a wrong type or a value out of range is \`ERR_WSOL_CONFIG\` (exit code 2); for an unknown key the message
names the nearest one. Some values must also agree with each other: \`data.cropSize\` is at most \`data.imageSize\`,
\`model.stem=activated\` needs \`model.backbone=preresnet18\`, weights that are named need their backbone, \`scoreMap.stage\` is 4 with \`scoreMap.kind=cam\`,
\`scoreMap.kind\` is \`cam\` with \`method.name=acol\`, and \`loss.lambda\` is at most 1 with \`label-smoothing\`.
`;

/** The page as text, from what `describeConfig` of lib/config/describe.ts says. */
function configurationPage(keys) {
  const sections = [...new Set(keys.map(({ section }) => section).filter((section) => section !== null))];
  const parts = [...sections, null].map((section) =>
    sectionOf(
      section ?? "The run",
      keys.filter((key) => key.section === section),
    ),
  );
  return [HEAD, ...parts].join("\n");
}

function sectionOf(title, keys) {
  const rows = keys.map(({ key, default: value, values, description }) => {
    const cells = [`\`${key}\``, `\`${value}\``, values, description].map((cell) => cell.replaceAll("|", "\\|"));
    return `| ${cells.join(" | ")} |`;
  });
  return `## ${title}\n\n| key | default | values | |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

module.exports = { configurationPage };

if (require.main === module) {
  const root = join(__dirname, "..", "..");
  const { describeConfig } = require(join(root, "dist", "config", "describe.js"));
  writeFileSync(join(root, "docs", "configuration.md"), configurationPage(describeConfig()));
}
