/**
 * The dashboard in a real browser: from dropping a folder to watching an encoder learn from it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { writeImageFolder } from "../support/image_folder.ts";
import { CHROMIUM_MISSING, withPage } from "../support/browser.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

Deno.test({
  name: "a folder that is dropped becomes a data set, and a job's curves appear as it runs",
  ignore: CHROMIUM_MISSING,
  // Playwright's own pipes outlive the browser by a moment.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withTempDir(async (folder) => {
      const images = await writeImageFolder(`${folder}/shapes`, { classes: 4, each: 20, side: 16 });
      await using service = new ServiceProcess({
        ALIKE_PORT: "0",
        ALIKE_DATA_DIR: `${folder}/data`,
        ALIKE_REPLICAS: "1",
      });
      const url = await service.url;
      await withPage(url, async ({ page, shoot }) => {
        await page.goto(`${url}/`);
        assertMatch(await page.innerText("h1"), /Find the alike ones/);
        await shoot("1-empty");
        await page.setInputFiles("input[webkitdirectory]", images);
        await page.waitForURL(/\/datasets\/ds_/);
        assertEquals(await page.innerText("h1"), "shapes");
        const labels = await page.locator(".labels a").allInnerTexts();
        assertEquals(labels.slice(0, 2), ["all 80", "class0 20"]);
        await page.waitForFunction(() =>
          // deno-lint-ignore no-explicit-any -- the browser's own globals
          [...(globalThis as any).document.images].every((image) => image.naturalWidth > 0)
        );
        await shoot("2-dataset");
        await page.click("text=class2");
        assertEquals(await page.locator(".thumbs img").count(), 20);

        await page.click("text=Train on it");
        await page.waitForURL(/\/jobs\/new/);
        await page.fill("[name=batchSize]", "0");
        await page.click("text=Start");
        // The refusal stands beside the field that it is about.
        await page.waitForSelector('[data-fault="batchSize"]:not(:empty)');
        await page.fill("[name=batchSize]", "16");
        await page.selectOption("[name='encoder.name']", "small_conv");
        await page.fill("[name='encoder.width']", "8");
        await page.selectOption("[name=unit]", "steps");
        await page.fill("[name=length]", "30");
        await page.waitForTimeout(600);
        await shoot("3-new-job");
        await page.click("text=Start");
        await page.waitForURL(/\/jobs\/job_/);
        await page.waitForSelector(".chart canvas");
        await page.waitForSelector("text=succeeded");
        const titles = await page.locator("[data-charts] h3").allInnerTexts();
        for (const title of ["Loss", "Accuracy", "Learning rate"]) {
          assert(titles.includes(title), titles.join());
        }
        await shoot("4-job");
        // What has been is replayed to whoever comes later.
        await page.reload();
        await page.waitForSelector(".chart canvas");
        assert(await page.isVisible("text=See the model"));
        await page.goto(`${url}/models`);
        await shoot("5-models");
        await page.setViewportSize({ width: 390, height: 800 });
        await page.goto(`${url}/`);
        const wide = await page.evaluate(() =>
          // deno-lint-ignore no-explicit-any -- as above
          (globalThis as any).document.documentElement.scrollWidth
        );
        assert(wide <= 390, `the page is ${wide} pixels wide on a phone`);
        await shoot("6-phone");
      });
    }),
});
