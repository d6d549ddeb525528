/**
 * Inference in a real browser: the example's page, opened from disk and served, with models that were
 * exported for TensorFlow.js.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { tfjsFormat } from "../../src/export/tfjs_format.ts";
import { encodePng } from "../../src/images/encode_png.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { IN_BROWSER, withPage } from "../support/browser.ts";
import { COUNT, exportPixels, largestError, servedEmbeddings } from "../support/export_cases.ts";
import { randomModel } from "../support/random_model.ts";
import { withTempDir } from "../support/temp_dir.ts";

const ROOT = new URL("../../", import.meta.url);

/** Runs in the page: drops the pictures that are there already once more. */
const DROP_AGAIN = `(async () => {
  const dataTransfer = new DataTransfer();
  for (const { src } of document.querySelectorAll("#embeddings img")) {
    const picture = await (await fetch(src)).blob();
    dataTransfer.items.add(new File([picture], "dropped.png", { type: "image/png" }));
  }
  const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  document.getElementById("pictures").dispatchEvent(drop);
})()`;

/** An exported model and pictures as files, and what the service says of the pictures. */
async function prepare(
  folder: string,
  encoder: { name: string; width: number },
  input: { size: number; channels: 1 | 3 },
): Promise<{ files: string[]; pictures: string[]; wanted: Float32Array; dimensions: number }> {
  await selectBackend("wasm");
  const source = await randomModel(encoder, input);
  const { size, channels } = input;
  const entries = Object.entries(unzipSync(await tfjsFormat.encode(source)));
  await Deno.mkdir(`${folder}/model`);
  for (const [name, bytes] of entries) await Deno.writeFile(`${folder}/model/${name}`, bytes);
  const pixels = exportPixels(size, channels);
  const each = pixels.length / COUNT;
  const pictures: string[] = [];
  for (let i = 0; i < COUNT; i++) {
    const path = `${folder}/${i}.png`;
    const one = pixels.slice(i * each, (i + 1) * each);
    await Deno.writeFile(
      path,
      await encodePng({ pixels: one, width: size, height: size, channels }),
    );
    pictures.push(path);
  }
  const { dimensions } = source.model.spec;
  const wanted = await servedEmbeddings(source, pixels);
  for (let i = 0; i < COUNT; i++) {
    const row = wanted.subarray(i * dimensions, (i + 1) * dimensions);
    const length = Math.hypot(...row);
    row.forEach((x, j) => row[j] = x / length);
  }
  return {
    files: entries.map(([name]) => `${folder}/model/${name}`),
    pictures,
    wanted,
    dimensions,
  };
}

/** What the page has made of the pictures so far. */
async function embeddings(page: Page, count: number): Promise<number[][]> {
  await page.waitForSelector(`#embeddings li:nth-child(${count}) code`, { state: "attached" });
  const texts = await page.locator("#embeddings code").allTextContents();
  return texts.map((text) => JSON.parse(text));
}

function assertSame(rows: number[][], wanted: Float32Array): void {
  const error = largestError(rows.flat(), wanted);
  assert(error < 1e-4, `differs by ${error}`);
}

Deno.test({
  ...IN_BROWSER,
  name: "the example's page, opened from disk, embeds pictures as the service does",
  fn: () =>
    withTempDir(async (folder) => {
      const { files, pictures, wanted } = await prepare(
        folder,
        { name: "resnet8", width: 8 },
        { size: 32, channels: 3 },
      );
      await withPage("file://", async ({ page, look }) => {
        await page.goto(new URL("examples/browser/index.html", ROOT).href);
        await page.setInputFiles("#model input", files);
        await page.waitForSelector("#status:has-text('random, dddddddd, on ')");
        await page.setInputFiles("#pictures input", pictures);
        const rows = await embeddings(page, COUNT);
        assertSame(rows, wanted);
        assertEquals(await page.locator("li:has-text('first 1.000')").count(), 1);
        await look("11-browser-example");
        // A model whose weights are not all there is refused in words.
        await page.setInputFiles("#model input", files.filter((name) => name.endsWith(".json")));
        await page.waitForSelector("#status:has-text('all of its .bin files')");
      });
    }),
});

Deno.test({
  ...IN_BROWSER,
  name: "the example's page, served, loads a grey model by its address and takes what is dropped",
  fn: () =>
    withTempDir(async (folder) => {
      const { pictures, wanted } = await prepare(
        folder,
        { name: "small_conv", width: 4 },
        { size: 28, channels: 1 },
      );
      const server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        async (request) => {
          const { pathname } = new URL(request.url);
          const file = pathname.startsWith("/model/")
            ? `${folder}${pathname}`
            : new URL(`.${pathname}`, ROOT);
          const type = pathname.endsWith(".html") ? "text/html" : "application/octet-stream";
          const headers = { "content-type": pathname.endsWith(".js") ? "text/javascript" : type };
          return new Response(await Deno.readFile(file), { headers });
        },
      );
      const url = `http://127.0.0.1:${server.addr.port}`;
      await withPage(url, async ({ page }) => {
        await page.goto(`${url}/examples/browser/index.html?model=/model/model.json`);
        await page.waitForSelector("#status:has-text('random, dddddddd, on ')");
        await page.setInputFiles("#pictures input", pictures);
        assertSame(await embeddings(page, COUNT), wanted);
        await page.evaluate(DROP_AGAIN);
        const rows = await embeddings(page, 2 * COUNT);
        assertSame(rows.slice(COUNT), wanted);
      });
      await server.shutdown();
    }),
});
