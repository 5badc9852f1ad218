/** Stages and byte counts on stderr: one changing line on a terminal, a line per stage elsewhere. */
export class ByteProgress {
  private shown = 0;
  private open = false;

  stage(text: string): void {
    this.endLine();
    process.stderr.write(`${text}\n`);
  }

  update(done: number, total: number | undefined): void {
    const now = Date.now();
    if (!process.stderr.isTTY || now - this.shown < 100) return;
    this.shown = now;
    const share =
      total === undefined || total === 0 ? "" : ` of ${megabytes(total)} (${Math.floor((100 * done) / total)} %)`;
    process.stderr.write(`\r\x1b[K  ${megabytes(done)}${share}`);
    this.open = true;
  }

  endLine(): void {
    if (this.open) process.stderr.write("\r\x1b[K");
    this.open = false;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
