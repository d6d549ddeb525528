/**
 * What the dashboard has for every objective, in a real browser: its form, its curves, its try-out.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { IN_BROWSER, type TestPage, withPage } from "../support/browser.ts";
import { writeImageFolder } from "../support/image_folder.ts";
import { makeAnimation } from "../support/make_clip.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const OBJECTIVES = ObjectiveSpec.options.map(({ shape }) => [...shape.name.values][0]!);
/** A name that would run if it were taken for markup. */
const MARKUP = `"><img src=x onerror="document.title='run'">`;

Deno.test({
  name: "every objective has its form, its curves and its try-out",
  ...IN_BROWSER,
  fn: (t) =>
    withTempDir(async (folder) => {
      const images = await writeImageFolder(`${folder}/shapes`, { classes: 4, each: 12, side: 32 });
      await using service = new ServiceProcess({
        ALIKE_PORT: "0",
        ALIKE_DATA_DIR: `${folder}/data`,
        ALIKE_REPLICAS: "1",
      });
      const url = await service.url;
      await withPage(url, async (test) => {
        const { page } = test;
        await page.goto(`${url}/`);
        await page.setInputFiles("input[webkitdirectory]", images);
        await page.waitForURL(/\/datasets\/ds_/);
        await t.step("the form of a new job", () => fillForm(test, url));
        await t.step("the curves of the job", () => watchJob(test));
        await page.click("text=See the model");
        await page.waitForURL(/\/models\/model_/);
        await t.step("noise of one's choice is put on and taken off", () => denoise(page, images));
        await t.step("a hole is drawn and filled", () => inpaint(page, images));
        await t.step("frames are ordered", () => orderFrames(page, images));
        await test.look("objectives-model");
        assert((await page.title()) !== "run");
        assertEquals(await page.locator("img[onerror]").count(), 0);
      });
    }),
});

/** Fills the form in with several objectives, has a fault shown, and starts the job. */
async function fillForm({ page, look }: TestPage, url: string): Promise<void> {
  await page.goto(`${url}/jobs/new`);
  for (const objective of OBJECTIVES) {
    await page.selectOption("[name=objective]", objective);
    const shown = page.locator(`[data-of=objective]:visible`);
    assertEquals(await shown.count(), 1);
    assertEquals(await shown.getAttribute("data-block"), objective);
    // Its recipes come first, and it cannot be its own extra head.
    assert(await page.locator("[name=recipe] optgroup").first().locator("option").count() > 0);
    assert(await page.isDisabled(`[name=heads][value=${objective}]`));
  }
  await page.selectOption("[name=objective]", "denoising-autoencoder");
  await page.check("[name=heads][value=frame-order]");
  await page.check("[name=heads][value=context-encoder]");
  await page.selectOption("[name=encoder]", "small_conv");
  const option = (name: string, path: string) =>
    page.locator(`[data-block=${name}] [data-option="${path}"]`);
  for (const name of ["denoising-autoencoder", "frame-order", "context-encoder", "small_conv"]) {
    await page.click(`[data-block=${name}] summary`);
  }
  await option("small_conv", "width").fill("4");
  await option("denoising-autoencoder", "noise.level").fill("0.3");
  await page.selectOption("[data-block=context-encoder] [data-option=mask]", "centre");
  await page.fill("[name=batchSize]", "16");
  await page.selectOption("[name=unit]", "steps");
  await page.fill("[name=length]", "12");

  // What is wrong with an extra head's option, and with its weight, is said beside these.
  await option("frame-order", "zoom").fill("9");
  await option("frame-order", "weight").fill("0");
  await page.click("button:text-is('Start')");
  const fault = (path: string) =>
    page.locator(`[data-block=frame-order] [data-option-fault="${path}"]`);
  await fault("zoom").filter({ hasText: "must be at most 4" }).waitFor();
  assertMatch(await fault("weight").innerText(), /must be more than 0/);
  assertEquals(await option("frame-order", "zoom").getAttribute("aria-invalid"), "true");
  await look("objectives-form");
  await option("frame-order", "zoom").fill("2");
  await option("frame-order", "weight").fill("0.5");

  await page.waitForSelector("[data-plan] dt:has-text('memory')");
  assertEquals(await page.locator(".fault:not(:empty)").count(), 0);
  // What is at its default is not said.
  assertEquals(JSON.parse((await page.textContent("[data-request]"))!), {
    type: "train",
    dataset: await page.inputValue("[name=dataset]"),
    objective: { name: "denoising-autoencoder", noise: { level: 0.3 } },
    encoder: { name: "small_conv", width: 4 },
    batchSize: 16,
    seed: 0,
    steps: 12,
    heads: [
      { objective: { name: "frame-order", zoom: 2 }, weight: 0.5 },
      { objective: { name: "context-encoder", mask: "centre" } },
    ],
  });
  await page.click("button:text-is('Start')");
  await page.waitForURL(/\/jobs\/job_/);
}

/** Each objective's metrics have figures with names and levels. */
async function watchJob({ page, look }: TestPage): Promise<void> {
  await page.waitForSelector("[data-state]:has-text('succeeded')");
  const titles = await page.locator("[data-charts] h3").allInnerTexts();
  for (
    const title of [
      "Loss",
      "Loss of each objective",
      "Denoising PSNR, dB",
      "Frame order accuracy",
      "Inpainting PSNR above the mean colour around, dB",
      "Discriminator accuracy",
    ]
  ) assert(titles.includes(title), titles.join());
  // Drawn in a turn of its own after the event.
  const figure = page.locator(
    ".card:has(> h3:text-is('Frame order accuracy')) .chart[aria-label^='At step 1']",
  );
  await figure.waitFor();
  assertMatch(
    (await figure.getAttribute("aria-label"))!,
    /^At step 1\d: accuracy .*, chance 0\.5$/,
  );
  await look("objectives-job");
}

function card(page: Page, pretext: string) {
  return page.locator(`[data-try='${pretext}']`);
}

async function denoise(page: Page, images: string): Promise<void> {
  const box = card(page, "denoise");
  await card(page, "reconstruct").locator("input[type=file]")
    .setInputFiles(`${images}/class1/0.png`);
  await card(page, "reconstruct").locator("figcaption >> text=/From its features: PSNR .*dB/")
    .waitFor();
  await box.locator("input[type=file]").setInputFiles({
    name: `${MARKUP}.png`,
    mimeType: "image/png",
    buffer: Buffer.from(await Deno.readFile(`${images}/class2/0.png`)),
  });
  await box.locator("figure >> nth=2").waitFor();
  // It begins with the noise of training.
  assertEquals(await box.locator("select").inputValue(), "gaussian");
  assertEquals(await box.getByLabel("Level of the noise").inputValue(), "0.3");
  const noisy = box.locator("figure:has-text('Noisy') img");
  const before = await noisy.getAttribute("src");
  await box.locator("select").selectOption("salt-and-pepper");
  const changed = async (from: string | null) => {
    await page.waitForFunction((src) => {
      // deno-lint-ignore no-explicit-any -- the browser's own globals
      const { document } = globalThis as any;
      return document.querySelector("[data-try=denoise] .shots img").src !== src;
    }, from);
    return await noisy.getAttribute("src");
  };
  const pepper = await changed(before);
  await box.locator("input[type=range]").fill("0.8");
  const louder = await changed(pepper);
  await box.locator("text=Other noise").click();
  assert(await changed(louder) !== louder);
  assertMatch(await box.locator("[data-told]").innerText(), /dB once it is taken off/);
}

async function inpaint(page: Page, images: string): Promise<void> {
  const box = card(page, "inpaint");
  const told = box.locator("[data-told]");
  await box.locator("input[type=file]").setInputFiles(`${images}/class3/0.png`);
  await box.locator("[data-answer] >> text=/The hole takes 25/").waitFor();
  await box.locator("text=Clear").click();
  assertEquals(await box.locator("figure").count(), 1);
  // With a pointer: a stroke from left to right.
  const canvas = box.locator("canvas.hole");
  await canvas.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await canvas.boundingBox())!;
  await page.mouse.move(x + width / 4, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + 3 * width / 4, y + height / 2, { steps: 4 });
  await page.mouse.up();
  await box.locator("[data-answer] >> text=/The hole takes (7|8|9)\\s%/").waitFor();
  // By keyboard alone: the brush goes up and draws more.
  await canvas.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowUp");
  assertMatch(await told.innerText(), /^Brush at 50\s%, 13\s%$/);
  await page.keyboard.press("Space");
  await box.locator("[data-answer] >> text=/The hole takes (9|10|11)\\s%/").waitFor();
  await box.locator("text=Centre").press("Enter");
  await box.locator("[data-answer] >> text=/The hole takes 25\\s%/").waitFor();
}

async function orderFrames(page: Page, images: string): Promise<void> {
  const box = card(page, "frame-order");
  const input = box.locator("input[type=file]");
  // Of a still picture, three frames are made.
  await input.setInputFiles(`${images}/class0/0.png`);
  const verdict = box.locator("strong", { hasText: "they are in order" });
  await verdict.waitFor();
  assertEquals(await box.locator(".frames canvas").count(), 3);
  assertEquals(await box.locator(".bars li").count(), 1 + 3);
  await box.locator("text=Shuffle").click();
  await page.waitForFunction(() => {
    // deno-lint-ignore no-explicit-any -- the browser's own globals
    const captions = [...(globalThis as any).document.querySelectorAll(".frames figcaption")];
    return captions.map(({ textContent }) => textContent).join() !== "frame 1,frame 2,frame 3";
  });
  // Several pictures are frames in the order of their names.
  await input.setInputFiles([10, 9, 8, 7].map((n) => `${images}/class0/${n}.png`));
  await box.locator(".frames figure >> nth=3").waitFor();
  await verdict.waitFor();
  assertEquals(await box.locator("text=Other frames").count(), 0);
  const clip = await makeAnimation("gif", { greys: [0, 60, 120, 180, 240] });
  await input.setInputFiles({ name: "a.gif", mimeType: "image/gif", buffer: Buffer.from(clip) });
  await box.locator("[data-answer] >> text=/sure, by 5 frames/").waitFor();
}
