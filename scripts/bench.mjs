// npm run bench: the table of bench/table.mjs, with its options; --python PYTHON names an interpreter with PyTorch, OpenCV and Pillow.
import { runNode } from "./setup/processes.mjs";
import { setup } from "./setup.mjs";

await setup();
process.exitCode = await runNode(["bench/table.mjs", ...process.argv.slice(2)]);
