/**
 * Blocks on the dashboard: another block of a model is served, and a job begins from it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { ServiceClient } from "../support/service_client.ts";
import { withService } from "../support/with_service.ts";

Deno.test({
  name: "another block is served at a click, and a job begins from the model",
  ...IN_BROWSER,
  fn: () =>
    withService(async (url) => {
      const client = new ServiceClient(url);
      await client.import("shapes", 0, 80);
      const { id } = await client.json<{ id: string }>("/v1/jobs", {
        type: "train",
        dataset: "shapes",
        encoder: { name: "small_conv", width: 4 },
        batchSize: 16,
        steps: 4,
        evaluate: false,
      });
      for await (const _ of client.events(id));

      await withPage(url, async ({ page, shoot, look }) => {
        await page.goto(`${url}/models/default`);
        assertMatch(await page.innerText("[data-serve-block]"), /Block 3 of 0 to 3, the last: 32/);
        assertEquals(await page.inputValue("[data-serve-block] select"), "2");
        await page.selectOption("[data-serve-block] select", "1");
        await page.click("text=Make it >> nth=-1");
        await page.waitForFunction(() =>
          // deno-lint-ignore no-explicit-any -- the browser's own globals
          (globalThis as any).document.querySelector("h1").textContent.includes("shapes-block1")
        );
        assertMatch(await page.innerText("[data-serve-block]"), /Block 1 of 0 to 3: 8/);
        assertMatch(await page.innerText(".notes"), /Serves block 1/);
        await look("blocks-model");

        await page.click("text=Train on from this model");
        await page.waitForURL(/\/jobs\/new\?from=model_/);
        assertMatch(await page.innerText("[data-stages-hint]"), /of 4/);
        assert(await page.isDisabled("[name='encoder.width'], [name='encoder']"));
        await page.fill("[name=batchSize]", "16");
        await page.selectOption("[name=unit]", "steps");
        await page.fill("[name=length]", "2");
        await page.fill("[name='from.frozen']", "9");
        // The refusal stands beside the field that it is about.
        await page.waitForSelector('[data-fault="from.frozen"]:not(:empty)');
        await page.fill("[name='from.frozen']", "2");
        await page.waitForSelector('[data-fault="from.frozen"]:empty', { state: "attached" });
        await page.fill("[name=imageSize]", "24");
        await page.check("[name='from.heads']");
        await shoot("blocks-new-job");
        await page.click("button[type=submit]");
        await page.waitForURL(/\/jobs\/job_/);
        await page.waitForSelector("text=the first 2 stages frozen");
        await page.waitForSelector("text=the heads of simclr taken over");
        await page.waitForSelector("text=succeeded");
        await look("blocks-job");
      });
    }, { ALIKE_BACKEND: "wasm" }),
});
