/** A page of a real browser, whose console must stay free of errors. @module */
import { assert, assertEquals } from "@std/assert";
import { type Browser, chromium, type Page } from "playwright-core";
import { assertAccessible } from "./accessibility.ts";

const CHROMIUM = "/usr/bin/chromium";
/** Windows, pixels. */
const DESK = { width: 1200, height: 1400 };
const PHONE = 375;
/** A refusal is shown beside its field; the browser writes it to the console all the same. */
const REFUSED = /status of 4\d\d/;
/** A machine that is busy trains slowly, and nothing here asks how fast it is. */
const PATIENCE_MS = 120_000;
const OUTPUT = new URL("../output/", import.meta.url);

/** Whether there is no browser on this machine; `.ci/run` installs one. */
export const CHROMIUM_MISSING = !await Deno.stat(CHROMIUM).then(() => true, () => false);

/** What a test in a browser is registered with. */
export const IN_BROWSER = {
  ignore: CHROMIUM_MISSING,
  // Playwright's own pipes outlive the browser by a moment.
  sanitizeOps: false,
  sanitizeResources: false,
} as const;

/** A browser without a window; to be closed. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
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
}

/** What a test gets. */
export interface TestPage {
  page: Page;
  /** Keeps a picture of the page as `tests/output/<name>.png`. */
  shoot(name: string): Promise<void>;
  /**
   * Keeps pictures of the whole page: at a desk in dark, on a phone in light. Demands that a phone
   * shows it without scrolling sideways, and that both can be used by everybody.
   */
  look(name: string): Promise<void>;
}

/**
 * Opens a page, and afterwards demands that it asked nobody but the service, and that nothing went
 * wrong in it.
 *
 * @param url Of the service.
 * @param options `expected`: lines of the console that are no fault of the page.
 */
export async function withPage(
  url: string,
  use: (test: TestPage) => Promise<void>,
  { expected = REFUSED }: { expected?: RegExp } = {},
): Promise<void> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: DESK });
    page.setDefaultTimeout(PATIENCE_MS);
    const outside: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => {
      const to = request.url();
      if (!to.startsWith(url) && !/^(data|blob):/.test(to)) outside.push(to);
    });
    page.on("console", (message) => {
      if (message.type() === "error" && !expected.test(message.text())) errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await Deno.mkdir(OUTPUT, { recursive: true });
    const keep = async (name: string, fullPage: boolean) => {
      await page.screenshot({ path: new URL(`${name}.png`, OUTPUT).pathname, fullPage });
    };
    await use({
      page,
      shoot: (name) => keep(name, false),
      look: async (name) => {
        await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
        await keep(`${name}-dark`, true);
        await assertAccessible(page, `${name} in dark`);
        await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
        await page.setViewportSize({ ...DESK, width: PHONE });
        const width = await page.evaluate("document.documentElement.scrollWidth") as number;
        await keep(`${name}-phone`, true);
        await assertAccessible(page, `${name} on a phone`);
        await page.setViewportSize(DESK);
        assert(width <= PHONE, `${name} is ${width} pixels wide on a phone`);
      },
    });
    assertEquals(outside, []);
    assertEquals(errors, []);
  } finally {
    await browser.close();
  }
}
