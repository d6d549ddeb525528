/**
 * `deno run --allow-all scripts/dashboard_pictures.ts`: writes `docs/dashboard.png`, a model's page,
 * and `docs/dashboard.webp`, the way there: the data set, the running curves, the map, the alikes.
 *
 * Starts a service of its own on a free port, imports 10,000 digits as the demo does and trains for
 * a minute and a half, so the pictures are of what really happens. Needs Chromium.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { AlikeClient } from "../client.ts";
import { sharp } from "../src/images/sharp.ts";
import { launchBrowser } from "../tests/support/browser.ts";
import { ServiceProcess } from "../tests/support/service_process.ts";
import { mnistTest } from "./demo/mnist.ts";

const WINDOW = { width: 1280, height: 960 };
/** Of the still picture, pixels. */
const TALLEST = 1400;
/** Of the animation, pixels. */
const WIDTH = 900;
const LARGEST_ANIMATION = 1_500_000;
const MINUTES = 1.5;
/** Pictures of the run, and the time between them. */
const RUNNING = 5;
const BETWEEN_MS = 15_000;
/** How long a frame is shown. */
const SHOWN_MS = 1500;

const folder = await Deno.makeTempDir({ prefix: "alike-pictures-" });
try {
  await using service = new ServiceProcess({ ALIKE_PORT: "0", ALIKE_DATA_DIR: folder });
  const url = await service.url;
  const client = new AlikeClient({ baseUrl: url });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: WINDOW, colorScheme: "light" });
    const frames: Buffer[] = [];
    const shoot = async () => {
      frames.push(await page.screenshot());
    };
    await page.goto(`${url}/`);
    await shoot();
    const digits = await client.importDataset("digits", await mnistTest());
    await page.goto(`${url}/datasets/${digits.id}`, { waitUntil: "networkidle" });
    await shoot();

    const job = await client.submit({
      type: "train",
      name: "digits",
      dataset: digits.id,
      objective: { name: "simclr", temperature: 0.15 },
      encoder: { name: "small_conv", width: 16 },
      recipe: "simclr-gray",
      imageSize: 20,
      batchSize: 128,
      minutes: MINUTES,
    });
    // Not until the network is idle: the page keeps a stream of events open.
    await page.goto(`${url}/jobs/${job.id}`);
    await page.waitForSelector(".chart canvas", { timeout: 60_000 });
    for (let i = 0; i < RUNNING; i++) {
      await page.waitForTimeout(BETWEEN_MS);
      await shoot();
    }
    const { model } = await client.done(job.id);
    await page.waitForSelector("text=See the model");
    await shoot();

    await page.goto(`${url}/models/${model}`);
    await page.waitForSelector("text=/pictures by PCA/");
    await page.locator("[data-canvas]").scrollIntoViewIfNeeded();
    await shoot();
    await page.click("text=UMAP");
    await page.waitForSelector("text=/pictures by UMAP/", { timeout: 120_000 });
    await shoot();
    // A point, and its alikes.
    await page.focus("[data-canvas]");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".alikes li:nth-child(24)");
    await page.waitForLoadState("networkidle");
    await shoot();
    await page.locator(".alikes").scrollIntoViewIfNeeded();
    await shoot();

    const whole = await page.screenshot({ fullPage: true });
    const { height } = await sharp(whole).metadata();
    await sharp(whole)
      .extract({ left: 0, top: 0, width: WINDOW.width, height: Math.min(height, TALLEST) })
      .png({ palette: true, compressionLevel: 9 })
      .toFile("docs/dashboard.png");
    const small = await Promise.all(
      frames.map((frame) => sharp(frame).resize(WIDTH).png().toBuffer()),
    );
    const animation = await sharp(small, { join: { animated: true } })
      .webp({ quality: 70, effort: 6, loop: 0, delay: small.map(() => SHOWN_MS) })
      .toBuffer();
    if (animation.length > LARGEST_ANIMATION) {
      throw new Error(`Cannot keep the animation: it is too large, ${animation.length} bytes`);
    }
    await Deno.writeFile("docs/dashboard.webp", animation);
  } finally {
    await browser.close();
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
