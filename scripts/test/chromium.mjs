import { onPath } from "../setup/processes.mjs";
import { aptInstall, mayInstall } from "./apt.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Installs Debian's Chromium for the test of the report's page where that is allowed; without it the test is skipped. */
export function provideChromium() {
  if (!NAMES.some(onPath) && mayInstall()) aptInstall("chromium");
}
