/**
 * Collections in a real browser: from a data set to what is alike in it, changed and embedded anew.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import type { Collection } from "../../src/schemas/collection.ts";
import type { Job } from "../../src/schemas/job.ts";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { makeTar } from "../support/make_tar.ts";
import { png, ServiceClient } from "../support/service_client.ts";
import { withService } from "../support/with_service.ts";

/** What would run, and tell of it in the title, if it were taken for markup. */
const MARKUP = `"><img src=x onerror="document.title='run'">`;
const EACH = 16;
const LABELS = ["ring", "bar", MARKUP];

/** Three labels, and in the first a picture that is there twice. */
async function importPictures(url: string): Promise<void> {
  const entries = [];
  for (let i = 0; i < LABELS.length * EACH; i++) {
    entries.push({ name: `${LABELS[i % 3]}/${i}${MARKUP}.png`, bytes: await png(i) });
  }
  entries.push({ name: `${LABELS[0]}/again.png`, bytes: await png(0) });
  const upload = { method: "POST", body: makeTar(entries) };
  const response = await fetch(`${url}/v1/datasets?name=shapes`, upload);
  assertEquals(response.status, 201, await response.text());
}

async function train(client: ServiceClient, name: string, seed: number): Promise<string> {
  const { id } = await client.json<Job>("/v1/jobs", {
    type: "train",
    dataset: "shapes",
    name,
    encoder: { name: "small_conv", width: 4 },
    batchSize: 16,
    steps: 2,
    seed,
    evaluate: false,
  });
  for await (const { type, data } of client.events(id)) {
    if (type === "model") return data.model;
  }
  throw new Error("no model came");
}

const dialogs = (page: Page) => page.on("dialog", (dialog) => void dialog.accept());

Deno.test({
  name: "a data set is made searchable, searched, changed and embedded anew; a model promoted",
  ...IN_BROWSER,
  fn: () =>
    withService(async (url) => {
      const client = new ServiceClient(url);
      await importPictures(url);
      const first = await train(client, "first", 0);
      const second = await train(client, "second", 1);
      await withPage(url, async ({ page, look }) => {
        dialogs(page);
        await page.goto(`${url}/models/${first}`);
        await promoted(page);
        await look("14-names");
        await page.click("[data-roll-back]");
        await page.waitForSelector("text=default, rolled back");
        assertEquals(await page.locator("h1 .badge").count(), 0);

        await page.goto(`${url}/datasets`);
        await page.click("h3 a");
        await page.click("text=Make it searchable");
        await page.waitForURL(/\/collections\?dataset=ds_/);
        await page.fill("#collection-name", "no name!");
        await page.click("text=Embed them");
        await page.waitForSelector('[data-fault="name"]:not(:empty)');
        await page.fill("#collection-name", "");
        await page.click("text=Embed them");
        await page.waitForURL(/\/collections\/shapes$/);
        await page.waitForSelector("[data-items] li >> nth=48");
        assertEquals(await page.locator("[data-items] li").count(), 49);
        assertMatch(await page.innerText(".columns .facts"), /Vectors of\s+second/);

        await searched(page);
        await look("11-collection-search");
        await grouped(page);
        await look("12-collection");
        await changed(page);

        await page.selectOption("#reindex-model", { index: 0 });
        await page.click("button:text-is('Embed')");
        await page.waitForSelector("text=/The new model answers|Vectors of\\s+first/");
        await page.goto(`${url}/collections`);
        assertMatch(await page.innerText("article"), /49 items of shapes, by first/);
        await look("13-collections");
        const { model } = await client.json<Collection>("/v1/collections/shapes");
        assert(model !== second);
        await page.click("h3 a");
        await page.click("text=Delete");
        await page.waitForURL(/\/collections$/);
        assertEquals(await page.locator("article").count(), 0);
      });
    }),
});

/** Refused by a canary, then let through. */
async function promoted(page: Page): Promise<void> {
  await page.selectOption("#canary", { label: "on shapes (49)" });
  await page.fill("#least", "1");
  await page.click("button:text-is('Point')");
  await page.waitForSelector("text=/overlap 0\\.\\d+, drift \\d\\.\\d+, 49 items/");
  await page.fill("#least", "0");
  await page.click("button:text-is('Point')");
  await page.waitForSelector("h1 .badge:text-is('default')");
  const change = await page.innerText("[data-history] tbody tr >> nth=0");
  assertMatch(change, /default\s+first\s+second\s+\d+\.\d % of 10, 49 items\s+\d\.\d{3}/);
}

async function searched(page: Page): Promise<void> {
  await page.click("[data-items] button >> nth=0");
  await page.waitForSelector(".alikes li:nth-child(24)");
  // The one that is there twice is its best alike, and it is none of its own.
  const best = page.locator("[data-alikes] button").first();
  assertMatch(await best.innerText(), /^1\.000/);
  assertMatch((await best.getAttribute("title"))!, /again\.png$/);
  await page.setInputFiles("[data-find] input", {
    name: "dropped.png",
    mimeType: "image/png",
    buffer: Buffer.from(await png(1)),
  });
  await page.waitForSelector("text=The alikes of this picture");
  assertMatch(await best.innerText(), /^1\.000 bar/);
  assert(await page.isHidden("[data-remove]"));
  await page.fill("[data-label]", MARKUP);
  await page.press("[data-label]", "Enter");
  await page.waitForFunction((label) =>
    // deno-lint-ignore no-explicit-any -- the browser's own globals
    [...(globalThis as any).document.querySelectorAll("[data-alikes] span")]
      .every(({ textContent }) => textContent.endsWith(label)), MARKUP);
  assertEquals(await page.locator("[data-alikes] li").count(), EACH);
  await page.fill("[data-label]", "");
  await page.press("[data-label]", "Enter");
  await page.waitForSelector("[data-alikes] li:nth-child(24)");
}

async function grouped(page: Page): Promise<void> {
  await page.fill("[name=threshold]", "1");
  assertEquals(await page.innerText("[data-value]"), "1.000");
  await page.click("text=Look for them");
  await page.waitForSelector("text=2 items in 1 group");
  assertEquals(await page.locator("[data-duplicates] .alikes li").count(), 2);
  await page.fill("[name=k]", "3");
  await page.click("text=Find clusters");
  await page.waitForSelector("text=3 clusters after");
  assertEquals(await page.locator("[data-clusters] .group").count(), 3);
}

async function changed(page: Page): Promise<void> {
  const picture = { name: "new.png", mimeType: "image/png", buffer: Buffer.from(await png(77)) };
  await page.fill("#add-metadata", "{year: 2026}");
  await page.setInputFiles("[name=pictures]", picture);
  await page.waitForSelector("text=The metadata must be JSON");
  await page.fill("#add-metadata", JSON.stringify({ text: MARKUP }));
  await page.fill("#add-label", MARKUP);
  await page.setInputFiles("[name=pictures]", picture);
  await page.waitForSelector("[data-items] li >> nth=49");
  await page.click("[data-items] li:nth-child(50) button");
  await page.waitForSelector("[data-metadata] dd");
  assertEquals(await page.innerText("[data-metadata] dd"), MARKUP);
  await page.waitForSelector(".alikes li:nth-child(24)");
  // An added picture is kept by the collection, and shown from there.
  await page.waitForFunction(() =>
    // deno-lint-ignore no-explicit-any -- the browser's own globals
    (globalThis as any).document.querySelector("[data-asked] img").naturalWidth > 0
  );
  // Among what has the metadata of the one that was added there is no other.
  for (
    const [where, said] of [
      ["{year: 2026}", "The metadata must be JSON"],
      [JSON.stringify({ text: MARKUP }), "None is of that label and metadata"],
    ] as const
  ) {
    await page.fill("[data-where]", where);
    await page.press("[data-where]", "Enter");
    await page.waitForSelector(`text=${said}`);
  }
  await page.click("text=Take it out of the collection");
  await page.waitForFunction(() =>
    // deno-lint-ignore no-explicit-any -- as above
    (globalThis as any).document.querySelectorAll("[data-items] li").length === 49
  );
  assertEquals(await page.title(), "shapes · Alike");
  assertEquals(await page.locator("img[onerror]").count(), 0);
}
