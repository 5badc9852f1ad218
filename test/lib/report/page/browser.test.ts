import { statSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { boxesFromScoreMap } from "../../../../lib/metrics/boxes";
import { loadTorchAddon } from "../../../../lib/native/load-torch";
import type { GalleryImage, RunGallery } from "../../../../lib/pictures/gallery-of-run";
import { writeReport } from "../../../../lib/report/report";
import { readRunSummaries } from "../../../../lib/runs/summary";
import { chromiumPath } from "../../../support/chromium";
import { writeFakeRun } from "../../../support/fake-run";
import { randomNumbers } from "../../../support/random-numbers";
import { SMALL_NETWORK } from "../../../support/small-network";
import { temporaryFolder } from "../../../support/temporary-folder";

// The page in a browser: what its script draws is what the evaluator cuts, with score maps of a real network.

jest.setTimeout(120_000);

const folder = temporaryFolder();
const executablePath = chromiumPath();
if (executablePath === null) console.warn("skipped: the page's test needs Chromium (chromium), which is not on PATH");
const describeInBrowser = executablePath === null ? describe.skip : describe;

const IMAGES = 50;
const SIZE = 224;
const THRESHOLDS = Array.from({ length: 20 }, (_, index) => (index * 52) / 1000);
const TRUE_BOX = [40, 30, 99, 79] as const;

interface Known {
  readonly gallery: RunGallery;
  /** Of the evaluator, by image. */
  readonly scoreMaps: readonly Float64Array[];
}

const random = randomNumbers(11);

async function galleryOfRandomNetwork(seed: number, thumbnail: Uint8Array): Promise<Known> {
  const network = new (loadTorchAddon().Network)({ ...SMALL_NETWORK, seed });
  const side = 64;
  const data = Uint8Array.from({ length: IMAGES * side * side * 3 }, (_, at) => ((at * 31) % 255) * random());
  const batch = { data, count: IMAGES, height: side, width: side };
  const labels = Int32Array.from({ length: IMAGES }, (_, at) => at % 5);
  const scoreMap = { kind: "cam", stage: 4, normalisation: "minmax", size: SIZE } as const;
  const { scoreMaps, rawMaps, rawWidth, rawHeight } = await network.infer(batch, { ...scoreMap, labels, topK: 1 });
  await network.close();
  const maps = Array.from({ length: IMAGES }, (_, at) => scoreMaps!.slice(at * SIZE ** 2, (at + 1) * SIZE ** 2));
  const images = maps.map((map, at): GalleryImage => {
    const iou = ((at * 7) % IMAGES) / IMAGES;
    return {
      imageId: `image-${String(at).padStart(2, "0")}.jpg`,
      label: `class ${at % 5}`,
      predicted: `class ${at % 4 === 0 ? 4 : at % 5}`,
      probability: 0.5,
      entropyFraction: at / IMAGES,
      width: 200,
      height: 120,
      trueBoxes: [TRUE_BOX],
      rawMap: {
        data: rawMaps!.slice(at * rawWidth * rawHeight, (at + 1) * rawWidth * rawHeight),
        width: rawWidth,
        height: rawHeight,
      },
      box: boxesFromScoreMap(map, { width: SIZE, height: SIZE, threshold: 0.3 })[0]!,
      iou: seed === 1 ? iou : 1 - iou,
      thumbnail,
    };
  });
  return { gallery: { threshold: 0.3, normalisation: "minmax", size: SIZE, images }, scoreMaps: maps };
}

describeInBrowser("the report in a browser", () => {
  let browser: Browser;
  let page: Page;
  let known: Known;
  const problems: string[] = [];
  const requests: string[] = [];
  const file = join(folder, "report.html");

  beforeAll(async () => {
    const thumbnail = await sharp({ create: { width: 200, height: 120, channels: 3, background: "#468" } })
      .webp()
      .toBuffer();
    known = await galleryOfRandomNetwork(1, thumbnail);
    const other = await galleryOfRandomNetwork(2, thumbnail);
    const summaries = await readRunSummaries(["a", "b"].map((name) => writeFakeRun(join(folder, name))));
    const galleries = [known.gallery, other.gallery];
    await writeReport({
      runs: summaries.map((run, index) => ({ ...run, panels: [], gallery: galleries[index]! })),
      out: file,
    });
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
    // High enough for all cards, since those out of sight are not drawn.
    page = await browser.newPage({ viewport: { width: 1280, height: 9000 } });
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("request", (request) => requests.push(request.url().slice(0, 100)));
    await page.goto(`file://${file}`);
  });
  afterAll(async () => {
    await browser?.close();
  });

  const cards = () => page.locator(".card");
  const ids = () => page.locator(".card .title small").allTextContents();
  const focused = () => page.evaluate(`document.activeElement?.querySelector(".title small")?.textContent ?? null`);
  const boxesOf = (place: number) =>
    page
      .locator(`.card figure:nth-child(${place}) canvas`)
      .evaluateAll((canvases) => canvases.map((canvas) => canvas.getAttribute("data-box")));
  const slide = (value: number) => page.locator('input[type="range"]').first().fill(String(value));
  const choose = (id: string, value: string) => page.locator(`#${id}`).selectOption(value);

  it("shows a card per image, and a canvas per run in it", async () => {
    await expect(cards().count()).resolves.toBe(IMAGES);
    await expect(page.locator(".card canvas").count()).resolves.toBe(2 * IMAGES);
  });

  it("cuts the boxes that the evaluator cuts, of 50 images at 20 thresholds", async () => {
    await page.locator('.chip input[value="1"]').uncheck();
    for (const threshold of THRESHOLDS) {
      await slide(threshold);
      const expected = known.scoreMaps.map((map) =>
        boxesFromScoreMap(map, { width: SIZE, height: SIZE, threshold })[0]!.join(","),
      );
      // Drawn in the next frame.
      let boxes = await boxesOf(1);
      for (let tries = 0; tries < 50 && boxes.join() !== expected.join(); tries++) {
        await page.waitForTimeout(20);
        boxes = await boxesOf(1);
      }
      expect({ threshold, boxes }).toEqual({ threshold, boxes: expected });
    }
    await slide(known.gallery.threshold);
    await page.locator('.chip input[value="1"]').check();
  });

  it("filters and sorts", async () => {
    await choose("gallery-filter", "worst");
    const worst = known.gallery.images.toSorted((a, b) => a.iou! - b.iou!).slice(0, 13);
    expect(await ids()).toEqual(worst.map(({ imageId }) => imageId));
    await choose("gallery-filter", "wrong-class");
    await choose("gallery-order", "entropy-down");
    const wrong = known.gallery.images.filter(({ label, predicted }) => label !== predicted);
    expect(await ids()).toEqual(wrong.map(({ imageId }) => imageId).reverse());
    await choose("gallery-filter", "first-right");
    expect((await ids()).length).toBe(
      // The other run's IoU is 1 minus this one's.
      known.gallery.images.filter(({ iou }) => iou! >= 0.5 && 1 - iou! < 0.5).length,
    );
    await choose("gallery-filter", "all");
    await choose("gallery-order", "id");
    expect(await ids()).toEqual(known.gallery.images.map(({ imageId }) => imageId));
  });

  it("is walked by the keyboard, which opens and closes an image and moves the thresholds", async () => {
    await cards().first().focus();
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("image-01.jpg");
    await page.keyboard.press("Enter");
    await expect(page.locator("dialog").evaluate((dialog) => dialog.hasAttribute("open"))).resolves.toBe(true);
    await page.keyboard.press("ArrowRight");
    await expect(page.locator("dialog .title small").textContent()).resolves.toBe("image-02.jpg");
    const before = Number(await page.locator("output").first().textContent());
    await page.keyboard.press("]");
    await expect(page.locator("output").first().textContent()).resolves.toBe((before + 0.01).toFixed(3));
    await page.keyboard.press("Escape");
    await expect(page.locator("dialog").evaluate((dialog) => dialog.hasAttribute("open"))).resolves.toBe(false);
    // The browser tells of a closed dialog a moment later.
    await page.locator('.card:focus:has-text("image-02.jpg")').waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await focused()).not.toBe("image-02.jpg");
    await page.keyboard.press("Home");
    expect(await focused()).toBe("image-00.jpg");
  });

  it("shows one run alone, and then has no filter that needs two", async () => {
    await page.locator('.chip input[value="1"]').uncheck();
    await expect(page.locator(".card canvas").count()).resolves.toBe(IMAGES);
    await expect(page.locator('#gallery-filter option[value="first-right"]').count()).resolves.toBe(0);
    await page.locator('.chip input[value="1"]').check();
    await expect(page.locator(".card canvas").count()).resolves.toBe(2 * IMAGES);
  });

  it("fits a phone and both colour schemes", async () => {
    await page.setViewportSize({ width: 375, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const width = await page.evaluate("document.documentElement.scrollWidth");
      expect({ colorScheme, width }).toEqual({ colorScheme, width: 375 });
    }
    await page.setViewportSize({ width: 1280, height: 9000 });
  });

  it("asks for nothing but itself, and has nothing to complain of", () => {
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([`file://${file}`.slice(0, 100)]);
    expect(problems).toEqual([]);
  });

  it("runs no script but its own", async () => {
    const text = await page.content();
    expect(text).toMatch(/script-src 'sha256-[\w+/]+=*'/);
    const blocked = await page.evaluate(`
      const script = document.createElement("script");
      script.textContent = "globalThis.isForeign = true";
      document.body.append(script);
      "isForeign" in globalThis;
    `);
    expect(blocked).toBe(false);
  });

  it("stays small: a run of one more image takes its thumbnail and its map", () => {
    expect(statSync(file).size).toBeLessThan(500_000);
  });
});
