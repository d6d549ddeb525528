/**
 * The models page in a real browser: a model's file is dropped, and becomes a model.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { testApp } from "../support/http_client.ts";
import { serving } from "../support/serve.ts";

/** Runs in the page: drops a file of that many bytes. */
const drop = (bytes: number) =>
  `(() => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([new Uint8Array(${bytes})], "cats.alike"));
  const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  document.querySelector("[data-import]").dispatchEvent(drop);
})()`;

Deno.test({
  name: "a model's file is dropped on the models page, refused in words or imported",
  ...IN_BROWSER,
  fn: async () => {
    const { app, services } = testApp({ maxUploadBytes: 100 });
    services.models.add(fakeModel("dogs", ["simclr"]));
    await serving(app, (url) =>
      withPage(url, async ({ page, look }) => {
        await page.goto(`${url}/models`);
        await page.evaluate(drop(101));
        await page.waitForSelector("[data-import] [data-status]:has-text('at most 100 bytes')");
        assertEquals(services.models.imported, null);
        await look("12-import");
        await page.fill("#import-name", "mine");
        await page.evaluate(drop(100));
        await page.waitForURL(/\/models\/model_/);
        assertEquals(services.models.imported?.name, "mine");
        assertEquals(services.models.imported?.bytes.length, 100);
        assertEquals(await page.innerText("h1"), "mine");
        const links = await page.locator("a[download]").allInnerTexts();
        for (const format of ["alike", "onnx", "safetensors", "tfjs"]) {
          assert(links.includes(format), links.join());
        }
      }));
  },
});
