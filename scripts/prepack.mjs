// npm runs this before it packs or publishes, never when a user installs: what is sent is compiled from what is here.
import { compileDist } from "./setup/compile.mjs";

try {
  await compileDist();
} catch (error) {
  console.error(`prepack: ${error.message}`);
  process.exitCode = 1;
}
