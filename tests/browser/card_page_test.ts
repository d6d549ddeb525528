/**
 * A model's card in a real browser: whole in itself, no wider than a phone, light and dark.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Browser } from "playwright-core";
import { IN_BROWSER, launchBrowser } from "../support/browser.ts";
import { testApp } from "../support/http_client.ts";
import { judgedModel } from "../support/judged_model.ts";
import { serving } from "../support/serve.ts";

const OUTPUT = new URL("../output/", import.meta.url);

/** Opens the card in a window of that width, takes its picture, and looks for faults. */
async function look(
  browser: Browser,
  url: string,
  { width, colorScheme }: { width: number; colorScheme: "light" | "dark" },
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const requests: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => void requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(url);
  for (const fold of await page.locator("summary").all()) await fold.click();
  await Deno.mkdir(OUTPUT, { recursive: true });
  const path = new URL(`card-${width}-${colorScheme}.png`, OUTPUT).pathname;
  await page.screenshot({ path, fullPage: true });
  // The style is applied, so the policy's digest is right.
  assertEquals(await page.locator(".scores").first().evaluate(displayOf), "grid");
  assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
  assertEquals(await page.locator("h1").innerText(), "cifar-simclr-<b>");
  assert((await page.locator("th").allInnerTexts()).includes("<truck>"));
  // Chromium asks for an icon by itself.
  assertEquals(requests.filter((to) => !to.endsWith("/favicon.ico")), [url]);
  assertEquals(errors, []);
  await page.close();
}

/** Runs in the page. */
function displayOf(element: unknown): string {
  const { getComputedStyle } = globalThis as unknown as {
    getComputedStyle(element: unknown): { display: string };
  };
  return getComputedStyle(element).display;
}

Deno.test({
  name: "a card is a whole page at a desk's and a phone's width, light and dark",
  ...IN_BROWSER,
  fn: async () => {
    const { app, services } = testApp();
    const { evaluations, ...model } = judgedModel();
    services.models.add(model);
    services.models.reports = evaluations;
    await serving(app, async (url) => {
      const browser = await launchBrowser();
      try {
        const card = `${url}/v1/models/${model.id}/card`;
        await look(browser, card, { width: 1200, colorScheme: "light" });
        await look(browser, card, { width: 390, colorScheme: "dark" });
      } finally {
        await browser.close();
      }
    });
  },
});
