// npm run bench: every benchmark, each beside its peer or a plain run. --python PYTHON names an interpreter with OpenCV and PyTorch.
import { runNode } from "./setup/processes.mjs";
import { setup } from "./setup.mjs";

await setup();
for (const name of ["metrics", "step", "inference", "training", "methods", "decoding", "metadata"]) {
  console.log(`\n=== ${name}`);
  const status = await runNode([`bench/${name}.mjs`, ...process.argv.slice(2)]);
  if (status !== 0) process.exitCode = 1;
}
