/**
 * The documentation page in a real browser: it works without any outside request.
 *
 * @module
 */
import { assert } from "@std/assert";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { withService } from "../support/with_service.ts";

Deno.test({
  name: "/docs shows every route in Chromium, asks nobody else, and logs no error",
  ...IN_BROWSER,
  fn: () =>
    withService(async (url) => {
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
