/** Clips in a real browser: a folder of frames is uploaded, shown by first frames, and plays. @module */
import { assertEquals, assertMatch } from "@std/assert";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { makeAnimation, makeFrames } from "../support/make_clip.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const GREYS = [0, 80, 160, 240];

/** Two labels with a clip of frames and an animation each, and what cannot be a clip. */
async function writeClips(folder: string): Promise<string> {
  for (const label of ["rising", "<b>falling"]) {
    const clip = `${folder}/${label}/bar`;
    await Deno.mkdir(clip, { recursive: true });
    for (const [i, frame] of (await makeFrames({ greys: GREYS })).entries()) {
      await Deno.writeFile(`${clip}/${i}.png`, frame);
    }
    const animation = await makeAnimation("gif", { greys: GREYS.map((grey) => 255 - grey) });
    await Deno.writeFile(`${folder}/${label}/moving.gif`, animation);
  }
  await Deno.mkdir(`${folder}/rising/short`);
  for (const [i, frame] of (await makeFrames({ greys: [0, 99] })).entries()) {
    await Deno.writeFile(`${folder}/rising/short/${i}.png`, frame);
  }
  return folder;
}

Deno.test({
  name: "clips are uploaded from the dashboard and play where they are pointed at",
  ...IN_BROWSER,
  fn: () =>
    withTempDir(async (folder) => {
      const clips = await writeClips(`${folder}/movements`);
      await using service = new ServiceProcess({
        ALIKE_PORT: "0",
        ALIKE_DATA_DIR: `${folder}/data`,
        ALIKE_REPLICAS: "1",
      });
      const url = await service.url;
      await withPage(url, async ({ page, look }) => {
        await page.goto(`${url}/datasets`);
        await page.selectOption("#drop-kind", "clip");
        await page.waitForSelector("text=A clip is an animated GIF");
        await look("15-upload-clips");
        await page.setInputFiles("input[webkitdirectory]", clips);
        await page.waitForURL(/\/datasets\/ds_/);
        assertMatch(await page.innerText(".head"), /4 clips/);
        const labels = await page.locator(".labels a").allInnerTexts();
        assertEquals(labels.sort(), ["<b>falling 2", "all 4", "rising 2"]);
        assertEquals(
          await page.locator(".thumbs .frame-count").allInnerTexts(),
          Array(4).fill("4 frames"),
        );
        // Every frame comes, and the last is not the first.
        for (const clip of await page.locator("[data-clip]").all()) {
          const image = clip.locator("img");
          const still = await image.getAttribute("src");
          assertMatch(still!, /\/frames\/0$/);
          await clip.focus();
          await page.waitForFunction(
            // deno-lint-ignore no-explicit-any -- the browser's own
            (image: any) => image.src.endsWith("/frames/3"),
            await image.elementHandle(),
          );
          await clip.blur();
          assertEquals(await image.getAttribute("src"), `${url}${still}`);
        }
        await page.click("text=1 left out");
        await page.waitForSelector("text=it has 2 frames, at least 3 are needed");
        await look("16-clips");
      });
    }),
});
