/**
 * The documentation page in a real browser: it works without any outside request.
 *
 * @module
 */
import { assert } from "@std/assert";
import { CHROMIUM_MISSING, withPage } from "../support/browser.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

Deno.test({
  name: "/docs shows every route in Chromium, asks nobody else, and logs no error",
  ignore: CHROMIUM_MISSING,
  // Playwright's own pipes outlive the browser by a moment.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withTempDir(async (folder) => {
      await using service = new ServiceProcess({ ALIKE_PORT: "0", ALIKE_DATA_DIR: folder });
      const url = await service.url;
      await withPage(url, async ({ page, shoot }) => {
        await page.goto(`${url}/docs`);
        await page.waitForSelector(".opblock");
        const shown = await page.locator(".opblock-summary-path").allInnerTexts();
        // The page puts invisible marks into paths so that they may break.
        const paths = shown.map((path) => path.replace(/\u200b/g, "").trim());
        for (const path of ["/v1/embeddings", "/v1/jobs", "/v1/datasets", "/v1/losses/nt-xent"]) {
          assert(paths.includes(path), `${path} in ${paths.join(" ")}`);
        }
        await shoot("docs");
      });
    }),
});
