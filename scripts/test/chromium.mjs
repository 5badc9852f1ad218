import { onPath, outputOf } from "../setup/processes.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Installs Debian's Chromium for the test of the report's page where that is allowed; without it the test is skipped. */
export function provideChromium() {
  if (NAMES.some(onPath) || process.getuid?.() !== 0 || !onPath("apt-get")) return;
  console.log("test: installing chromium with apt");
  const quiet = { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const install = () => outputOf("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], quiet);
  if (install() === undefined) {
    outputOf("apt-get", ["update"], quiet);
    install();
  }
}
