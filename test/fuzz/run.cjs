// Feeds damaged input to the readers: node test/fuzz/run.cjs [--count 100000] [--seed 1] [--first 0] [npy png metadata tensors]
const { readFileSync } = require("node:fs");
const { parseArgs } = require("node:util");
const { transformSync } = require("@swc/core");

require.extensions[".ts"] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, "utf8"), {
    filename,
    sourceMaps: "inline",
    jsc: { target: "es2023", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  });
  module._compile(code, filename);
};

async function main() {
  const { fuzz } = require("./fuzz.ts");
  const { TARGETS } = require("./targets/all.ts");
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      first: { type: "string", default: "0" },
    },
  });
  for (const name of positionals.length > 0 ? positionals : Object.keys(TARGETS)) {
    if (!(name in TARGETS)) throw new Error(`expected ${Object.keys(TARGETS).join(", ")}, got '${name}'`);
    const target = TARGETS[name]();
    try {
      const report = await fuzz(target, Number(values.count), Number(values.seed), Number(values.first));
      console.log(`${name}: ${JSON.stringify(report)}`);
    } finally {
      target.close();
    }
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
