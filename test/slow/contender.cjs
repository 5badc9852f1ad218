// One of several processes that want the same run folder: it starts the run or resumes it, as soon as it gets the folder,
// and proves at every step that nobody else is at work there. Arguments: data, folder, configuration as JSON.
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const { fit: train, isWsolError } = require("../../dist/index.js");

const [data, out, config] = process.argv.slice(2);
const token = `${out}.token`;
const TWO_HOLDERS = 66;
const RETRY_MS = 15;
const own = String(process.pid);

/** False for a zombie: it runs nothing any more. */
function isRunning(pid) {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(join("/proc", pid, "status"), "utf8"));
  } catch {
    return false;
  }
}

let hasToken = false;

function proveAlone() {
  const holder = existsSync(token) ? readFileSync(token, "utf8") : "";
  if (holder !== own && (hasToken || (holder !== "" && isRunning(holder)))) {
    console.error(`process ${own} and process ${holder} are at work in '${out}'`);
    process.exit(TWO_HOLDERS);
  }
  writeFileSync(token, own);
  hasToken = true;
}

function onStep({ epoch, epochs, step, stepsPerEpoch }) {
  proveAlone();
  // What follows is saving alone; the next holder may come right after it.
  if (epoch === epochs && step === stepsPerEpoch) writeFileSync(token, "");
}

async function main() {
  for (;;) {
    try {
      const isBegun = existsSync(join(out, "config.json"));
      const settings = isBegun ? {} : JSON.parse(config);
      await train(data, { ...settings, out }, { resume: isBegun, onStep });
      return;
    } catch (error) {
      // Held by another, or begun by one since the look at its files.
      const isExpected = isWsolError(error, "ERR_WSOL_BUSY") || isWsolError(error, "ERR_WSOL_RUN_FOLDER");
      if (!isExpected) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
