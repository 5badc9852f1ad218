import { ProgressBar } from "./progress-bar";

const BYTES_PER_MB = 1e6;

/** The bar of a download, or of any stage that counts bytes. */
export class DownloadBar {
  readonly #bar = new ProgressBar({ label: "fetching", unit: "MB" });
  #before = 0;

  /** Bytes; what `total` is not known for is counted only. */
  update(bytes: number, totalBytes: number | undefined): void {
    const [done, total] = [bytes / BYTES_PER_MB, (totalBytes ?? 0) / BYTES_PER_MB];
    const note = total > 0 ? `${done.toFixed(0)} of ${total.toFixed(0)} MB` : "";
    this.#bar.update(done, total > 0 ? total : null, Math.max(0, done - this.#before), note);
    this.#before = done;
  }

  log(text: string): void {
    this.#bar.log(text);
  }

  stop(): void {
    this.#bar.stop();
  }
}
