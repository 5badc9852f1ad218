import { onPath, outputOf } from "../setup/processes.mjs";

/** Whether a test's set-up may install packages of Debian. */
export function mayInstall() {
  return process.getuid?.() === 0 && onPath("apt-get");
}

/** Installs a package of Debian; whether that worked shows in what it brings. */
export function aptInstall(name) {
  console.log(`test: installing ${name} with apt`);
  const quiet = { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const install = () => outputOf("apt-get", ["install", "-y", "--no-install-recommends", name], quiet);
  if (install() === undefined) {
    outputOf("apt-get", ["update"], quiet);
    install();
  }
}
