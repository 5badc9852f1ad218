import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { liveReport } from "../../../../lib/report/live/live-report";
import { servePage } from "../../../../lib/report/live/server";
import { LIVE } from "../../../../lib/report/page/live";
import { chromiumPath } from "../../../support/chromium";
import { fakeEpoch, fakeEvaluation, writeFakeRun } from "../../../support/fake-run";
import { temporaryFolder } from "../../../support/temporary-folder";

jest.setTimeout(60_000);

const root = temporaryFolder();
const executablePath = chromiumPath();
if (executablePath === null) console.warn("skipped: the page's test needs Chromium (chromium), which is not on PATH");
const testInBrowser = executablePath === null ? test.skip : test;

/** A run of four epochs that has done `epochs`. */
function runInProgress(name: string, epochs: number): string {
  const folder = writeFakeRun(join(root, name), { evaluation: null });
  const events = [{ type: "start", epochs: 4, numClasses: 10, images: 1000 }];
  const done = Array.from({ length: epochs }, (_, index) => fakeEpoch(index + 1, 4));
  const lines = [...events, ...done].map((event) => `${JSON.stringify(event)}\n`);
  writeFileSync(join(folder, "metrics.jsonl"), lines.join(""));
  return folder;
}

function nextEpoch(folder: string, epoch: number): void {
  appendFileSync(join(folder, "metrics.jsonl"), `${JSON.stringify(fakeEpoch(epoch, 4))}\n`);
}

/** The text of each row of the progress table. */
function progressRows(page: string): string[] {
  const [, body = ""] = /<table class="progress">[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(page) ?? [];
  return body
    .split("</tr>")
    .map((row) =>
      row
        .replaceAll(/<[^>]*>/g, " ")
        .replaceAll(/\s+/g, " ")
        .trim(),
    )
    .filter((row) => row !== "");
}

describe("liveReport", () => {
  test("shows how far each run is, and the report of what there is", async () => {
    const going = runInProgress("going", 2);
    const done = writeFakeRun(join(root, "done"));
    const page = await liveReport([going, done], "wsol report going done --serve").render();
    const rows = progressRows(page);
    expect(rows[0]).toMatch(/^going in training 2\/4 1\.000 42\.0 % 52\.0 % 33\.3 % \d+ s ago$/);
    expect(rows[1]).toMatch(/^done done 4\/4 0\.500 /);
    expect(page).toContain("1 of 2 done.");
    expect(page).toContain('<section id="results">');
    expect(page).toContain("wsol report going done --serve");
  });

  test("its revision changes with an epoch, with an evaluation and where a file is gone, and not by itself", async () => {
    const folder = runInProgress("revised", 1);
    const { revision } = liveReport([folder], "");
    const seen = [await revision()];
    expect(await revision()).toBe(seen[0]);
    nextEpoch(folder, 2);
    seen.push(await revision());
    writeFileSync(join(folder, "evaluation.json"), JSON.stringify(fakeEvaluation()));
    seen.push(await revision());
    rmSync(join(folder, "config.json"));
    seen.push(await revision());
    expect(new Set(seen).size).toBe(4);
  });

  test("a folder whose run has not begun waits, alone and beside others", async () => {
    const waiting = join(root, "waiting");
    mkdirSync(waiting, { recursive: true });
    const alone = await liveReport([waiting], "").render();
    expect(alone).toContain("No run has begun yet.");
    expect(progressRows(alone)).toEqual(["waiting waiting"]);
    const beside = await liveReport([waiting, runInProgress("first", 1)], "").render();
    expect(progressRows(beside)[0]).toBe("waiting waiting");
    expect(beside).toContain('<section id="results">');
  });

  test("a damaged file is told in the page, which goes on", async () => {
    const folder = runInProgress("damaged", 1);
    const live = liveReport([folder], "");
    writeFileSync(join(folder, "evaluation.json"), "{");
    expect(await live.render()).toContain("evaluation.json");
    writeFileSync(join(folder, "evaluation.json"), JSON.stringify(fakeEvaluation()));
    expect(await live.render()).toContain('<section id="results">');
  });

  test("refuses a folder that is not there", () => {
    expect(() => liveReport([join(root, "nowhere")], "")).toThrow(
      expect.objectContaining({ code: "ERR_WSOL_RUN_FOLDER" }),
    );
  });

  describe("in a browser", () => {
    let browser: Browser;
    beforeAll(async () => {
      if (executablePath !== null) browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    });
    afterAll(() => browser?.close());

    testInBrowser("updates itself, keeps what was unfolded, and says when the server has stopped", async () => {
      const folder = runInProgress("watched", 1);
      const server = await servePage(liveReport([folder], "wsol report watched --serve"), 0);
      const problems: string[] = [];
      try {
        const page = await browser.newPage();
        page.on("console", (message) => problems.push(message.text()));
        page.on("pageerror", (error) => problems.push(String(error)));
        await page.goto(server.url);
        await page.locator("table.progress").getByText("1/4").waitFor();
        const unfold = page.locator("details").first();
        await unfold.locator("summary").click();
        nextEpoch(folder, 2);
        await page.locator("table.progress").getByText("2/4").waitFor();
        expect(await unfold.getAttribute("open")).not.toBeNull();
        expect(await page.locator(`#${LIVE.statusId}`).textContent()).toBe(LIVE.connected);
        expect(problems).toEqual([]);
        await server.close();
        await page.getByText(LIVE.lost).waitFor();
      } finally {
        await server.close();
      }
    });
  });
});
