/**
 * The dashboard in a real browser: from dropping a folder to the alikes of a picture on the page.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { writeImageFolder } from "../support/image_folder.ts";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { dropFiles } from "../support/drop_files.ts";
import type { Page } from "playwright-core";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

/** Runs in the page: drops the data set's first picture beside all the places for it. */
const DROP_FIRST = `(async () => {
  const { src } = document.querySelector(".thumbs img");
  const picture = await (await fetch(src)).blob();
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([picture], "dropped.png", { type: picture.type }));
  const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  document.querySelector("h1").dispatchEvent(drop);
})()`;
/** A file's name that would run if it were taken for markup; the console would tell of it. */
const MARKUP = `"><img src=x onerror="document.title='run'">.png`;
const CLASSES = ["class0", "class1", "class2", "class3"];
/** Heads beside SimCLR's, which are tried on the model's page. */
const HEADS = ["rotation", "jigsaw", "relative-position"];

Deno.test({
  name: "from a folder that is dropped, through training, to the alikes of a picture",
  ...IN_BROWSER,
  fn: () =>
    withTempDir(async (folder) => {
      const images = await writeImageFolder(`${folder}/shapes`, { classes: 4, each: 20, side: 16 });
      await Deno.rename(`${images}/class3/19.png`, `${images}/class3/${MARKUP}`);
      await using service = new ServiceProcess({
        ALIKE_PORT: "0",
        ALIKE_DATA_DIR: `${folder}/data`,
        ALIKE_REPLICAS: "1",
      });
      const url = await service.url;
      await withPage(url, async ({ page, shoot, look }) => {
        await page.goto(`${url}/`);
        assertMatch(await page.innerText("h1"), /Find the alike ones/);
        await shoot("1-empty");
        await dropFiles(page, "[data-drop]", [images]);
        await page.waitForURL(/\/datasets\/ds_/);
        assertEquals(await page.innerText("h1"), "shapes");
        const labels = await page.locator(".labels a").allInnerTexts();
        assertEquals(labels.slice(0, 2), ["all 80", "class0 20"]);
        await page.waitForFunction(() =>
          // deno-lint-ignore no-explicit-any -- the browser's own globals
          [...(globalThis as any).document.querySelectorAll(".thumbs img")].every((image) =>
            image.naturalWidth > 0
          )
        );
        await page.click("text=How training sees them");
        await waitForViews(page);
        const views = await page.getAttribute("[data-views]", "src");
        await page.fill("[data-path='grey']", "1");
        await page.check("[data-step=cutout]");
        await page.waitForFunction((before) =>
          // deno-lint-ignore no-explicit-any -- as above
          (globalThis as any).document.querySelector("[data-views]").src !== before, views);
        await waitForViews(page);
        await shoot("2-dataset");
        await look("2-dataset");
        const train = await page.getAttribute("[data-train]", "href");
        assertMatch(decodeURIComponent(train!), /"grey":1,.*"cutout":\{"probability":0.5/);
        // What an objective makes of them, by its own recipe.
        await page.selectOption("[data-preview] [name=objective]", "jigsaw");
        await page.waitForSelector("[data-captions]:has-text('of 24')");
        assertEquals(await page.inputValue("[name=preset]"), "jigsaw");
        await page.fill("[data-preview] [name=options]", '{"gap": 9}');
        await page.waitForSelector("#preview-fault:has-text('objective.gap must be at most 0.4')");
        await page.fill("[data-preview] [name=options]", '{"permutations": 4}');
        await page.waitForSelector("[data-captions]:has-text('of 4')");
        const jigsaw = await page.getAttribute("[data-train]", "href");
        assertMatch(
          new URL(jigsaw!, url).searchParams.get("more")!,
          /"objective":\{"perm.*"jigsaw"/,
        );
        await shoot("2-jigsaw");
        assertEquals(await page.locator(".thumbs a[title*=onerror]").count(), 1);
        await page.click("text=class2");
        assertEquals(await page.locator(".thumbs img").count(), 20);

        await page.click("text=Train on it");
        await page.waitForURL(/\/jobs\/new/);
        await page.fill("[name=batchSize]", "0");
        await page.click("button:text-is('Start')");
        // The refusal stands beside the field that it is about.
        await page.waitForSelector('[data-fault="batchSize"]:not(:empty)');
        await page.fill("[name=batchSize]", "16");
        await page.selectOption("[name=encoder]", "small_conv");
        await page.click("summary:has-text('Options of small_conv')");
        await page.fill("[data-block=small_conv] [data-option=width]", "8");
        await page.selectOption("[name=unit]", "steps");
        await page.fill("[name=length]", "30");
        for (const head of HEADS) await page.check(`[name=heads][value='${head}']`);
        await page.fill("[name=more]", '{"imageSize": 32, "evaluate": {"every": {"epochs": 2}}}');
        await page.waitForTimeout(600);
        await shoot("3-new-job");
        await page.click("button:text-is('Start')");
        await page.waitForURL(/\/jobs\/job_/);
        await page.waitForSelector(".chart canvas");
        await page.waitForSelector("text=succeeded");
        const titles = await page.locator("[data-charts] h3").allInnerTexts();
        for (const title of ["Loss", "Rotation accuracy", "Learning rate"]) {
          assert(titles.includes(title), titles.join());
        }
        await shoot("4-job");
        // What has been is replayed to whoever comes later.
        await page.reload();
        await page.waitForSelector(".chart canvas");
        assert(await page.isVisible("text=See the model"));
        await page.waitForSelector("text=kNN beside its baselines");
        await page.waitForSelector("[data-extend]:not([hidden])");
        await page.click("text=The loss of every step");
        await page.waitForSelector("text=30 steps are on record");
        await look("4-job");
        await page.fill("[data-extend] [name=length]", "2");
        await page.selectOption("[data-extend] [name=unit]", "steps");
        await page.click("text=Extend");
        // It is told to its second end: the first, which is replayed, is not taken for the last.
        await page.waitForSelector("[data-log] li:has-text('succeeded') >> nth=1");
        await page.waitForSelector("text=done · step 32 of 32");
        await page.goto(`${url}/models`);
        await shoot("5-models");

        await page.click("h3 a");
        await page.waitForURL(/\/models\/model_/);
        await page.waitForSelector("text=80 pictures by PCA");
        // By keyboard alone: to a point, to its neighbour, and to its alikes.
        await page.focus("[data-canvas]");
        await page.keyboard.press("ArrowRight");
        const first = await page.innerText("[data-under]");
        await page.keyboard.press("ArrowRight");
        const second = await page.innerText("[data-under]");
        assert(first !== second && second.length > 0, `${first}, ${second}`);
        await page.keyboard.press("Enter");
        await page.waitForSelector(".alikes li:nth-child(24)");
        await shoot("6-map");
        await page.click("text=UMAP");
        await page.waitForSelector("text=80 pictures by UMAP");
        assertEquals(await page.locator("[data-legend] li").allInnerTexts(), CLASSES);
        await page.selectOption("[data-colour]", "3");
        await page.waitForSelector("[data-legend] li:has-text('cluster 3')");
        assertEquals(await page.locator("[data-legend] li").count(), 3);

        // A picture of the data set is its own best alike.
        await page.setInputFiles("[data-find] input", `${images}/class2/3.png`);
        await page.waitForSelector("text=The alikes of this picture, of 80");
        const [best] = await page.locator(".alikes button").all();
        assertEquals(await best!.getAttribute("title"), "shapes/class2/3.png");
        assertMatch(await best!.innerText(), /^1\.000/);

        for (const head of HEADS) {
          await page.setInputFiles(`[data-try='${head}'] input`, `${images}/class1/0.png`);
        }
        await page.waitForSelector("text=/It says \\d+°; it is turned by 0°/");
        await page.click("text=Turn it by 90°");
        await page.waitForSelector("text=/it is turned by 90°/");
        await page.waitForSelector("text=As it was given, shuffled");
        await page.waitForSelector("text=/of 8 patches/");
        await page.click("summary:has-text('By class')");
        await look("7-model");

        await page.uncheck("[name=protocols][value=linear]");
        await page.check("[name=unlabelled]");
        await page.click("text=Start the evaluation");
        await page.waitForURL(/\/jobs\/job_/);
        const judging = await (await fetch(`${url}/v1${new URL(page.url()).pathname}`)).json();
        assertEquals(judging.spec.finetune.unlabelled.items, 20_000);
        await page.waitForSelector("[data-results] td:has-text('trained')");
        await page.waitForSelector("[data-state]:has-text('succeeded')");
        await look("8-evaluation");

        await page.goto(`${url}/serving`);
        await page.waitForSelector("[data-rates] canvas", { timeout: 10_000 });
        assertMatch(await page.innerText("[data-quantiles]"), /^Half within/);
        assert(await page.locator("[data-sizes] tr").count() > 5);
        await look("9-serving");

        await page.goto(`${url}/`);
        await page.evaluate(DROP_FIRST);
        await page.waitForSelector(".alikes li:nth-child(24)");
        assertMatch(await page.innerText(".alikes button >> nth=0"), /^1\.000/);
        await look("10-home");
        assertEquals(await page.locator("img[onerror]").count(), 0);
      });
    }),
});

/** A picture of views has come and is drawn. */
async function waitForViews(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    // deno-lint-ignore no-explicit-any -- the browser's own globals
    (globalThis as any).document.querySelector("[data-views]").naturalWidth > 100
  );
}
