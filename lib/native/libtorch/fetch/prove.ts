import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { WsolError } from "../../../errors";
import { libraryName } from "../find/inspect";

/**
 * Opens the library as Node opens an addon. A library that is none is refused after it has been opened, which is the
 * proof; the system loader's own refusal has other words.
 */
const PROGRAM = `
try {
  process.dlopen({ exports: {} }, process.argv[1], require("node:os").constants.dlopen.RTLD_NOW);
} catch (error) {
  if (!/did not self-register|not a valid Win32|procedure could not be found/i.test(error.message)) {
    console.error(error.message);
    process.exit(1);
  }
}
process.kill(process.pid, "SIGKILL");
`;

/** Opens LibTorch in a child process, so that a broken one cannot take this one down. @throws ERR_WSOL_LIBTORCH_FETCH */
export async function proveThatItLoads(root: string): Promise<void> {
  const library = join(root, "lib", libraryName("torch_cpu"));
  try {
    await promisify(execFile)(process.execPath, ["-e", PROGRAM, library], { timeout: 120_000 });
  } catch (cause) {
    const { signal, killed, stderr } = cause as { signal?: string; killed?: boolean; stderr?: string };
    // The child ends itself that way, because LibTorch's clean-up is not at issue here.
    if (signal === "SIGKILL" && !killed) return;
    const reason = stderr?.trim() || `the child process ended with ${signal ?? "an error"}`;
    throw new WsolError("ERR_WSOL_LIBTORCH_FETCH", `LibTorch was unpacked, but does not load: ${reason}`, {
      details: { library },
      cause,
    });
  }
}
