// Trains two runs one after the other, as a script does that is started by torchrun. Arguments: data, two folders, configuration.
const { fit: train } = require("../../../dist/index.js");

const [data, first, second, config] = process.argv.slice(2);

async function main() {
  for (const out of [first, second]) await train(data, { ...JSON.parse(config), out });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
