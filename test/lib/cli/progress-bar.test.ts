import { formatDuration, ProgressBar, type ProgressStream } from "../../../lib/cli/progress-bar";

const CLEAR_LINE = "\r\x1b[K";

class FakeStream implements ProgressStream {
  written = "";
  constructor(
    readonly isTTY: boolean,
    readonly columns = 100,
  ) {}
  write(text: string): void {
    this.written += text;
  }
  /** What a terminal shows in its last line. */
  get line(): string {
    return this.written.replaceAll(CLEAR_LINE, "\n").split("\n").at(-1)!;
  }
}

function setUp(isTTY: boolean, { columns = 100 } = {}) {
  const stream = new FakeStream(isTTY, columns);
  const clock = { time: 0 };
  const bar = new ProgressBar({ label: "training", unit: "img", stream, now: () => clock.time });
  const update = (at: number, done: number, total: number | null, amount: number, note = "") => {
    clock.time = at;
    bar.update(done, total, amount, note);
  };
  return { stream, bar, update };
}

const savedTerm = process.env.TERM;
beforeAll(() => {
  process.env.TERM = "xterm";
});
afterAll(() => {
  if (savedTerm === undefined) delete process.env.TERM;
  else process.env.TERM = savedTerm;
});

describe("on a terminal", () => {
  it("shows share, rate and time left in one line that is redrawn", () => {
    const { stream, update } = setUp(true);
    update(0, 1, 100, 32);
    update(2000, 11, 100, 320, "loss 1.234");
    expect(stream.line).toMatch(/^training █{3}░{27} {2}11 % {2}160 img\/s {2}ETA 0:18 {2}loss 1\.234$/);
    expect(stream.written).not.toContain("\n");
  });

  it("takes the time left from this session's pace, not from what a resumed run had done before", () => {
    const { stream, update } = setUp(true);
    update(0, 500, 600, 32);
    update(10_000, 510, 600, 320);
    expect(stream.line).toContain("ETA 1:30");
  });

  it("follows a change of the rate within seconds", () => {
    const { stream, update } = setUp(true);
    for (let second = 0; second <= 60; second++) update(second * 1000, second, 200, 100);
    for (let second = 61; second <= 75; second++) update(second * 1000, second, 200, 10);
    expect(stream.line).toContain("10 img/s");
  });

  it("is drawn at most ten times a second, and always at the end", () => {
    const { stream, update } = setUp(true);
    for (let step = 1; step <= 1000; step++) update(step, step, 1000, 1);
    expect(stream.written.match(/\r/g)!.length).toBeLessThanOrEqual(12);
    expect(stream.line).toContain("100 %");
  });

  it.each([12, 20, 40, 60, 200])("never fills all of %i columns", (columns) => {
    const { stream, update } = setUp(true, { columns });
    update(0, 1, 100, 32);
    update(2000, 11, 100, 320, "epoch 1/10  loss 1.234");
    expect(stream.line.length).toBeGreaterThan(0);
    expect(stream.line.length).toBeLessThan(columns);
  });

  it("takes a terminal that reports 0 columns for one of 80", () => {
    const { stream, update } = setUp(true, { columns: 0 });
    update(0, 1, 100, 32);
    update(2000, 11, 100, 320, "loss 1.234");
    expect(stream.line).toMatch(/^training █+░+ {2}11 % {2}160 img\/s {2}ETA 0:18 {2}loss 1\.234$/);
    expect(stream.line.length).toBeLessThan(80);
  });

  it("shows how much there is, and how fast it grows, where the total is unknown", () => {
    const { stream, update } = setUp(true);
    update(0, 0, null, 0);
    update(2000, 120, null, 120, "of the index");
    expect(stream.line).toBe("training 120 img  60 img/s  of the index");
  });

  it("prints lines above itself", () => {
    const { stream, bar, update } = setUp(true);
    update(0, 1, 100, 32);
    bar.log("epoch 1 done");
    expect(stream.written).toContain("\r\x1b[Kepoch 1 done\n");
    expect(stream.line).toMatch(/^training/);
  });

  it("leaves an empty line when it stops, also when stopped twice", () => {
    const { stream, bar, update } = setUp(true);
    update(0, 1, 100, 32);
    bar.stop();
    bar.stop();
    expect(stream.line).toBe("");
    bar.log("after");
    expect(stream.written.endsWith("\r\x1b[Kafter\n")).toBe(true);
  });

  it("shows no rate and no time left before there is a pace", () => {
    const { stream, update } = setUp(true);
    update(0, 0, 0, 0);
    expect(stream.line).toMatch(/ 0 %$/);
  });
});

describe("without a terminal", () => {
  it("writes a plain line every few seconds, without control characters", () => {
    const { stream, update } = setUp(false);
    for (let second = 0; second <= 60; second++) update(second * 1000, second, 120, 32, "loss 1.2");
    const lines = stream.written.trimEnd().split("\n");
    expect(lines.length).toBe(12);
    expect(lines.at(-1)).toBe("training  50 %  32 img/s  ETA 1:00  loss 1.2");
    expect(stream.written.includes("\r") || stream.written.includes("\x1b")).toBe(false);
  });

  it("writes nothing for work that is done at once", () => {
    const { stream, bar, update } = setUp(false);
    update(0, 1, 2, 1);
    update(100, 2, 2, 1);
    bar.stop();
    expect(stream.written).toBe("");
  });

  it("prints log lines as they are", () => {
    const { stream, bar } = setUp(false);
    bar.log("epoch 1 done");
    expect(stream.written).toBe("epoch 1 done\n");
  });
});

test.each([
  [0, "0:00"],
  [7.4, "0:07"],
  [59.6, "1:00"],
  [750, "12:30"],
  [3723, "1:02:03"],
  [-1, "0:00"],
])("%d seconds read %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
