/** Where a bar is drawn: `process.stderr`, or a fake of it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressBarOptions {
  readonly label: string;
  /** What is counted, as in `52 img/s`. */
  readonly unit: string;
  /** @default process.stderr */
  readonly stream?: ProgressStream;
  /** Milliseconds. @default performance.now */
  readonly now?: () => number;
}

const REDRAW_MS = 100;
/** Without a terminal: a line now and then, for logs. */
const PLAIN_LINE_MS = 5_000;
/** The rate is that of the last seconds, so that it follows changes; the time left is by the average since the start. */
const RATE_WINDOW_MS = 8_000;
/** Of a terminal that does not tell, or that reports 0. */
const USUAL_COLUMNS = 80;
const WIDEST_BAR = 30;
const NARROWEST_BAR = 6;
const CLEAR_LINE = "\r\x1b[K";

interface Mark {
  readonly at: number;
  readonly amount: number;
}

/** Progress with rate and time left: one changing line on a terminal, an occasional plain line elsewhere. */
export class ProgressBar {
  readonly #label: string;
  readonly #unit: string;
  readonly #stream: ProgressStream;
  readonly #isLive: boolean;
  readonly #now: () => number;
  #first: { readonly at: number; readonly done: number } | null = null;
  #marks: Mark[] = [];
  #amount = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #line = "";

  constructor({ label, unit, stream = process.stderr, now = () => performance.now() }: ProgressBarOptions) {
    this.#label = label;
    this.#unit = unit;
    this.#stream = stream;
    this.#now = now;
    this.#isLive = stream.isTTY === true && process.env.TERM !== "dumb";
  }

  /**
   * @param done Of `total`; the time left follows from these.
   * @param total null where it is unknown: then `done` itself is shown, in units.
   * @param amount Units since the last update; the rate follows from these.
   * @param note Shown behind, where there is room.
   */
  update(done: number, total: number | null, amount: number, note = ""): void {
    const at = this.#now();
    if (this.#first === null) {
      this.#first = { at, done };
      if (!this.#isLive) this.#shownAt = at;
    } else {
      this.#amount += amount;
    }
    this.#marks.push({ at, amount: this.#amount });
    while (this.#marks.length > 2 && at - this.#marks[1]!.at >= RATE_WINDOW_MS) this.#marks.shift();
    const isDue = at - this.#shownAt >= (this.#isLive ? REDRAW_MS : PLAIN_LINE_MS);
    if (!isDue && !(this.#isLive && total !== null && done >= total)) return;
    this.#shownAt = at;
    const share = total === null ? null : done / total;
    const reached = share === null ? `${done.toFixed(0)} ${this.#unit}` : percent(share);
    const left = total === null ? "" : this.#timeLeft(at, done, total);
    const words = [reached, this.#rate(), left, note].filter((word) => word !== "").join("  ");
    if (this.#isLive) this.#draw(composeLine(this.#label, share, words, (this.#stream.columns || USUAL_COLUMNS) - 1));
    else this.#stream.write(`${this.#label} ${words}\n`);
  }

  /** Prints a line above the bar. */
  log(line: string): void {
    if (this.#line === "") this.#stream.write(`${line}\n`);
    else this.#stream.write(`${CLEAR_LINE}${line}\n${this.#line}`);
  }

  /** Removes the bar; idempotent. */
  stop(): void {
    if (this.#line !== "") this.#stream.write(CLEAR_LINE);
    this.#line = "";
  }

  #draw(line: string): void {
    this.#line = line;
    this.#stream.write(`${CLEAR_LINE}${line}`);
  }

  #rate(): string {
    const first = this.#marks[0]!;
    const last = this.#marks.at(-1)!;
    const perSecond = ((last.amount - first.amount) * 1000) / (last.at - first.at);
    if (!Number.isFinite(perSecond)) return "";
    return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} ${this.#unit}/s`;
  }

  #timeLeft(at: number, done: number, total: number): string {
    const first = this.#first!;
    const milliseconds = ((at - first.at) / (done - first.done)) * (total - done);
    return Number.isFinite(milliseconds) ? `ETA ${formatDuration(milliseconds / 1000)}` : "";
  }
}

/** `0:07`, `12:30`, `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The bar takes the room that the words leave; in a narrow terminal first the bar goes, then the last words. */
function composeLine(label: string, share: number | null, words: string, width: number): string {
  const room = Math.min(WIDEST_BAR, width - label.length - words.length - 2);
  const hasBar = share !== null && room >= NARROWEST_BAR;
  const line = hasBar ? `${label} ${bar(share, room)} ${words}` : `${label} ${words}`;
  return line.slice(0, Math.max(0, width));
}

function bar(fraction: number, width: number): string {
  const filled = Math.round(clamp(fraction) * width);
  return "█".repeat(filled) + "░".repeat(width - filled);
}

function percent(fraction: number): string {
  return `${String(Math.floor(clamp(fraction) * 100)).padStart(3)} %`;
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
}
