/** A page of a real browser, whose console must stay free of errors. @module */
import { assertEquals } from "@std/assert";
import { chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
const OUTPUT = new URL("../output/", import.meta.url);

/** Whether there is no browser on this machine; `.ci/run` installs one. */
export const CHROMIUM_MISSING = !await Deno.stat(CHROMIUM).then(() => true, () => false);

/** What a test gets. */
export interface TestPage {
  page: Page;
  /** Keeps a picture of the page as `tests/output/<name>.png`. */
  shoot(name: string): Promise<void>;
}

/**
 * Opens a page, and afterwards demands that it asked nobody but the service, and that nothing went
 * wrong in it.
 *
 * @param url Of the service.
 */
export async function withPage(url: string, use: (test: TestPage) => Promise<void>): Promise<void> {
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
      if (!to.startsWith(url) && !/^(data|blob):/.test(to)) outside.push(to);
    });
    page.on("console", (message) => {
      // A refusal is shown beside its field; the browser writes it to the console all the same.
      const refused = /status of 4\d\d/.test(message.text());
      if (message.type() === "error" && !refused) errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await Deno.mkdir(OUTPUT, { recursive: true });
    await use({
      page,
      shoot: async (name) => {
        await page.screenshot({ path: new URL(`${name}.png`, OUTPUT).pathname });
      },
    });
    assertEquals(outside, []);
    assertEquals(errors, []);
  } finally {
    await browser.close();
  }
}
