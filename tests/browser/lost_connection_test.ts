/**
 * A job's page while the service goes away without a word, asks for a key when it is back, and goes
 * away again.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Job } from "../../src/schemas/job.ts";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { ServiceClient } from "../support/service_client.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const KEY = "a-key-of-the-house-24-chars";
/** What a browser writes of a service that is away, or refuses. */
const AWAY = /status of 4\d\d|net::ERR_/;

Deno.test({
  name: "a job's page outlives its service: it says what is lost, asks for the key, and goes on",
  ...IN_BROWSER,
  fn: () =>
    withTempDir(async (folder) => {
      const settings = { ALIKE_DATA_DIR: folder, ALIKE_REPLICAS: "1", ALIKE_BACKEND: "wasm" };
      const running: ServiceProcess[] = [];
      let port = "0";
      /** One service after the other, on the same port and folder. */
      const start = async (more: Record<string, string>): Promise<string> => {
        const service = new ServiceProcess({ ...settings, ALIKE_PORT: port, ...more });
        running.push(service);
        const url = await service.url;
        port = new URL(url).port;
        return url;
      };
      const kill = async () => {
        running.at(-1)!.kill("SIGKILL");
        await running.at(-1)!.ended();
      };
      try {
        // Without a trainer the job waits, for as long as it takes.
        const url = await start({ ALIKE_TRAINERS: "0" });
        const client = new ServiceClient(url);
        await client.import("shapes", 0, 16);
        const { id } = await client.json<Job>("/v1/jobs", {
          type: "train",
          dataset: "shapes",
          encoder: { name: "small_conv", width: 4 },
          batchSize: 8,
          steps: 5,
          evaluate: false,
        });
        await withPage(url, async ({ page, look }) => {
          await page.goto(`${url}/jobs/${id}`);
          await page.waitForSelector("[data-log] li:has-text('queued')");
          await kill();
          await page.waitForSelector("[data-lost]:has-text('does not answer')");
          await start({ ALIKE_TRAINERS: "0", ALIKE_API_KEYS: KEY });
          await page.waitForURL(/\/login\?to=%2Fjobs%2Fjob_/);
          await page.fill("[name=key]", "no key of this house at all");
          await page.click("text=Enter");
          await page.waitForSelector("text=This is no key of this service");
          await look("15-login");
          await page.fill("[name=key]", KEY);
          await page.click("text=Enter");
          await page.waitForURL(`${url}/jobs/${id}`);
          await page.waitForSelector("[data-log] li:has-text('queued')");
          await kill();
          await page.waitForSelector("[data-lost]:has-text('does not answer')");
          await look("16-lost");
          await start({ ALIKE_TRAINERS: "1", ALIKE_API_KEYS: KEY });
          await page.waitForSelector("[data-state]:has-text('succeeded')");
          await page.waitForSelector(".chart canvas");
          assertEquals(await page.innerText("[data-lost]"), "");
          // Nothing that was told before is told twice.
          assertEquals(await page.locator("[data-log] li:has-text('queued')").count(), 1);
          await page.goto(`${url}/no/such/page`);
          await page.waitForSelector("text=There is no such route");
          await look("17-no-route");
          await page.click("text=Sign out");
          await page.waitForURL(/\/login$/);
        }, { expected: AWAY });
      } finally {
        for (const service of running) await service[Symbol.asyncDispose]();
      }
    }),
});
