/**
 * The documentation page in a real browser: it works without any outside request.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { chromium } from "playwright-core";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const CHROMIUM = "/usr/bin/chromium";
const OUTPUT = new URL("../output/", import.meta.url);

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test({
  name: "/docs shows every route in Chromium, asks nobody else, and logs no error",
  ignore: !await exists(CHROMIUM),
  // Playwright's own pipes outlive the browser by a moment.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withTempDir(async (folder) => {
      await using service = new ServiceProcess({ ALIKE_PORT: "0", ALIKE_DATA_DIR: folder });
      const url = await service.url;
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: [
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
        ],
      });
      try {
        const page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
        const outside: string[] = [];
        const errors: string[] = [];
        page.on("request", (request) => {
          const to = request.url();
          if (!to.startsWith(url) && !to.startsWith("data:")) outside.push(to);
        });
        page.on("console", (message) => {
          if (message.type() === "error") errors.push(message.text());
        });
        page.on("pageerror", (error) => errors.push(error.message));
        // The address itself leads a person here.
        await page.goto(`${url}/`);
        await page.waitForSelector(".opblock");
        assert(page.url().endsWith("/docs"), page.url());
        const shown = await page.locator(".opblock-summary-path").allInnerTexts();
        // The page puts invisible marks into paths so that they may break.
        const paths = shown.map((path) => path.replace(/\u200b/g, "").trim());
        for (const path of ["/v1/embeddings", "/v1/jobs", "/v1/datasets", "/v1/losses/nt-xent"]) {
          assert(paths.includes(path), `${path} in ${paths.join(" ")}`);
        }
        await Deno.mkdir(OUTPUT, { recursive: true });
        await page.screenshot({ path: new URL("docs.png", OUTPUT).pathname });
        assertEquals(outside, []);
        assertEquals(errors, []);
      } finally {
        await browser.close();
      }
    }),
});
