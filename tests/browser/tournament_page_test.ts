/**
 * A tournament in a real browser: from the form, with its refusals, to the recommended model.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { ServiceClient } from "../support/service_client.ts";
import { withService } from "../support/with_service.ts";

Deno.test({
  name: "a tournament is started from its form, and its page ends with a ranking",
  ...IN_BROWSER,
  fn: () =>
    withService(async (url) => {
      await new ServiceClient(url).import("shapes", 0, 120);
      await withPage(url, async ({ page, look }) => {
        await page.goto(`${url}/jobs`);
        await page.click("text=New tournament");
        await page.waitForURL(/\/jobs\/new\/tournament/);
        const boxes = page.locator("[name=objectives]");
        assertEquals(await boxes.count(), await page.locator("[name=objectives]:checked").count());
        for (const box of await boxes.all()) await box.uncheck();
        await page.check("[value=rotation]");
        await page.check("[value='relative-position']");
        await page.fill("[name=minutes]", "90");
        assertMatch(await page.innerText("[data-total]"), /2 objectives train .*: 3\.0 hours/);
        await page.fill("[name=batchSize]", "16");
        await page.selectOption("[name='encoder.name']", "small_conv");
        await page.fill("[name='encoder.width']", "4");
        // Nine patches of 16 pixels have five each: too small for anything.
        await page.fill("[name=more]", '{"steps": 4, "imageSize": 16}');
        await page.click("button:text-is('Start')");
        await page.waitForSelector('[data-fault="more"]:has-text("imageSize must give tiles")');
        await page.fill(
          "[name=more]",
          '{"steps": 4, "imageSize": 32, "evaluate": {"queries": 20, "bank": 60}}',
        );
        // Steps are measured, so what they take is there only after a while.
        const planned = page.locator("[data-plan] tr:has(td)");
        await planned.first().waitFor({ timeout: 120_000 });
        assertEquals(await planned.locator("th").allInnerTexts(), [
          "rotation",
          "relative-position",
        ]);
        assertEquals(await planned.locator("td:nth-of-type(1)").allInnerTexts(), ["4", "4"]);
        assertMatch(
          await page.innerText("[data-plan]"),
          /time in all\s+about \d.*\s+to train\s+\d/,
        );
        await look("tournament-1-form");
        await page.click("button:text-is('Start')");
        await page.waitForURL(/\/jobs\/job_/);
        await page.waitForSelector("[data-entries] li:has-text('relative-position')");
        await page.waitForSelector("[data-state]:has-text('succeeded')");

        const rows = page.locator("[data-ranking-rows] tr");
        assertEquals(await rows.count(), 2 * 4);
        assertMatch(await rows.first().innerText(), /\d+\.\d % \(\d+\.\d to \d+\.\d\)/);
        assertEquals(await page.locator("[data-entries] .good").count(), 2);
        const best = await rows.first().locator("th").innerText();
        const verdict = await page.innerText("[data-recommended-verdict]");
        assert(verdict.startsWith(`${best}, block `), verdict);
        await look("tournament-2-job");
        // The recommended block is what `default` answers with; the last row is served by hand.
        await page.waitForSelector("[data-recommended-actions] a:text-is('Served as default')");
        assertEquals(await page.locator("[data-ranking-rows] a.badge").count(), 1);
        const served = rows.last().locator("[data-serve]");
        await served.locator("button").focus();
        await page.keyboard.press("Enter");
        await served.locator("a:text-is('default')").waitFor();
        assertEquals(await page.evaluate("document.activeElement.textContent"), "default");
        assertEquals(await page.locator("[data-ranking-rows] a.badge").count(), 1);
        await page.click("button:text-is('Serve this block')");
        await page.waitForSelector("[data-recommended-actions] a:text-is('Served as default')");
        // Each entry has its curves, and every step's loss.
        const curves = page.locator("details:has(> [data-charts])");
        assertEquals(await curves.count(), 2);
        // That of the entry that trained when the page was made is open.
        if (await curves.first().getAttribute("open") === null) {
          await curves.first().locator("summary").first().click();
        }
        await curves.first().locator(".uplot").first().waitFor();
        await curves.first().locator("[data-losses] summary").click();
        await page.waitForSelector("[data-losses-status]:has-text('4 steps are on record')");
        await look("tournament-3-curves");
        await page.click("[data-recommended-actions] a.badge");
        await page.waitForURL(/\/models\/model_/);
        assertMatch(await page.innerText("h1"), new RegExp(`^shapes-${best}\\b`));
        assertMatch(await page.innerText("h1"), /\bdefault\b/);
        // Nothing was made twice: two entries, and a copy for each block but the last that was served.
        const { data } = await new ServiceClient(url).json<{ data: { name: string }[] }>(
          "/v1/models",
        );
        const names = data.map(({ name }) => name);
        assertEquals(new Set(names).size, names.length, names.join(", "));
      });
    }),
});
