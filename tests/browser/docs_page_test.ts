/**
 * The API's documentation in a real browser: every route is found and can be tried out, with a
 * keyboard alone if need be, and without asking any other host.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { makeImage } from "../support/make_image.ts";
import { withService } from "../support/with_service.ts";

const KEY = "0123456789abcdef";
/** Enough to train on. */
const PICTURES = await Promise.all(
  Array.from({ length: 40 }, async (_, seed) => ({
    name: `${seed}.png`,
    mimeType: "image/png",
    buffer: Buffer.from(await makeImage("png", { seed, width: 16, height: 16 })),
  })),
);

/** Sends the page's request. @returns Its line of status, once the answer has that status. */
async function send(page: Page, status: number): Promise<string> {
  await page.click("text=Send the request");
  await page.waitForSelector(`[data-status]:has-text("${status} ")`);
  return await page.innerText("[data-status]");
}

Deno.test({
  name: "/docs lists every route; routes are tried out, from an import to events as they come",
  ...IN_BROWSER,
  fn: () =>
    withService(async (url) => {
      await withPage(url, async ({ page, shoot, look }) => {
        await page.goto(`${url}/docs`);
        const paths = await page.locator(".routes code").allInnerTexts();
        for (const path of ["/v1/embeddings", "/v1/jobs", "/v1/datasets", "/v1/losses/nt-xent"]) {
          assert(paths.includes(path), `${path} in ${paths.join(" ")}`);
        }
        assertEquals(await page.innerText("nav [aria-current]"), "API");
        await shoot("docs");
        await look("docs");

        // By the keyboard alone: a form with files.
        await page.focus("a[href='/docs/importDataset']");
        await page.keyboard.press("Enter");
        await page.waitForURL(/\/docs\/importDataset$/);
        await page.focus("[id='query.name']");
        await page.keyboard.press("ControlOrMeta+A");
        await page.keyboard.type("cats");
        await page.focus("[data-body-type]");
        await page.keyboard.type("multipart");
        await page.setInputFiles("#form-files", PICTURES);
        const curl = await page.innerText("[data-curl]");
        assertMatch(curl, /^curl -X POST 'http:\/\/[^/]+\/v1\/datasets\?name=cats'/);
        assertMatch(curl, /-F '38\.png=@38\.png' \\\n {2}-F '39\.png=@39\.png'$/);
        await page.focus("[id='query.name']");
        await page.keyboard.press("Enter");
        await page.waitForSelector("[data-status]:has-text('201 Created')");
        assertMatch(await page.innerText("[data-body]"), /"name": "cats",[^]*"count": 40,/);
        await look("docs-import");

        await page.goto(`${url}/docs/getImage`);
        await page.fill("[id='path.dataset']", "cats");
        await send(page, 200);
        await page.waitForFunction(
          "document.querySelector('[data-body] img')?.naturalWidth === 16",
        );
        await look("docs-image");

        // What is refused is shown too, and the form is there to mend it.
        await page.goto(`${url}/docs/submitJob`);
        const json = await page.inputValue("#body-json");
        await page.fill("#body-json", json.replace(/"dataset": "[^"]*"/, '"dataset": "dogs"'));
        await send(page, 404);
        assertMatch(await page.innerText("[data-body]"), /"code": "not_found"/);
        await page.click("summary:has-text('type: \"train\"')");
        await look("docs-refused");
        await page.fill(
          "#body-json",
          JSON.stringify({ type: "train", dataset: "cats", batchSize: 8, epochs: 1000 }),
        );
        await send(page, 202);
        const job = JSON.parse(await page.innerText("[data-body] pre"));

        await page.goto(`${url}/docs/jobEvents`);
        await page.fill("[id='path.id']", job.id);
        await send(page, 200);
        await page.waitForSelector("[data-body]:has-text('event: state')");
        await page.click("text=Stop");
        await page.waitForSelector("[data-status]:has-text('Stopped.')");

        await page.goto(`${url}/docs/ntXent`);
        await send(page, 200);
        assertMatch(await page.innerText("[data-body]"), /"loss":/);
      });
    }),
});

Deno.test({
  name: "where there are keys, who tries a route signs in first and comes back",
  ...IN_BROWSER,
  fn: () =>
    withService(async (url) => {
      await withPage(url, async ({ page, look }) => {
        await page.goto(`${url}/docs/listModels`);
        assert(!(await page.innerText("[data-curl]")).includes("Bearer"));
        await send(page, 401);
        await look("docs-key");
        await page.click("text=Sign in with a key");
        await page.fill("[name=key]", KEY);
        await page.keyboard.press("Enter");
        await page.waitForURL(/\/docs\/listModels$/);
        assertMatch(await page.innerText("[data-curl]"), /-H "Authorization: Bearer \$ALIKE_KEY"$/);
        await send(page, 200);
      });
    }, { ALIKE_API_KEYS: KEY }),
});
