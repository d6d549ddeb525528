import { assertEquals, assertRejects } from "@std/assert";
import { checkItems } from "../../../src/datasets/check_items.ts";
import type { Found } from "../../../src/datasets/read_items.ts";
import { decodeNetpbm } from "../../../src/images/netpbm.ts";
import { PixelBudget } from "../../../src/images/pixel_budget.ts";
import { makeImage, makePixels } from "../../support/make_image.ts";

const options = { maxPixels: 1_000_000, budget: new PixelBudget(1_000_000) };

Deno.test("items keep their order, however long each takes to decode", async () => {
  const large = await makeImage("png", { width: 500, height: 400 });
  const small = await makeImage("jpeg");
  async function* found(): AsyncGenerator<Found> {
    for (let i = 0; i < 100; i++) {
      await Promise.resolve();
      if (i % 10 === 3) yield { type: "skipped", name: `${i}`, reason: "a link" };
      else yield { type: "image", name: `${i}`, bytes: i % 7 === 0 ? large : small };
    }
  }
  const checked = await Array.fromAsync(checkItems(found(), options));
  const names = checked.map((one) => one.type === "item" ? one.item.name : one.name);
  assertEquals(names, Array.from({ length: 100 }, (_, i) => `${i}`));
  assertEquals(checked.filter((one) => one.type === "skipped").length, 10);
});

Deno.test("what cannot be decoded is skipped with the reason, the rest kept", async () => {
  const good = await makeImage("png");
  async function* found(): AsyncGenerator<Found> {
    await Promise.resolve();
    yield { type: "image", name: "cut", bytes: good.slice(0, 60) };
    yield { type: "image", name: "good", bytes: good };
    yield { type: "image", name: "text", bytes: new TextEncoder().encode("hello") };
  }
  const [cut, kept, text] = await Array.fromAsync(checkItems(found(), options));
  assertEquals(cut!.type, "skipped");
  assertEquals(kept, {
    type: "item",
    item: {
      name: "good",
      bytes: good,
      mediaType: "image/png",
      width: 16,
      height: 12,
      label: { from: "path" },
    },
  });
  assertEquals(text, {
    type: "skipped",
    name: "text",
    reason: "Cannot read the image: it is no JPEG, PNG, WebP or GIF",
  });
});

Deno.test("raw pixels become netpbm and keep where their label comes from", async () => {
  const pixels = makePixels({ width: 4, height: 3, channels: 1 });
  const image = { pixels, width: 4, height: 3, channels: 1 } as const;
  async function* found(): AsyncGenerator<Found> {
    await Promise.resolve();
    yield { type: "raw", name: "x/0", image, label: { from: "cifar", label: 4 } };
  }
  const [checked] = await Array.fromAsync(checkItems(found(), options));
  assertEquals(checked!.type, "item");
  if (checked!.type !== "item") return;
  const { bytes, ...rest } = checked!.item;
  assertEquals(decodeNetpbm(bytes), image);
  assertEquals(rest, {
    name: "x/0",
    mediaType: "image/x-portable-graymap",
    width: 4,
    height: 3,
    label: { from: "cifar", label: 4 },
  });
});

Deno.test("no more than 32 images are taken in before the first is given out", async () => {
  let taken = 0;
  const small = await makeImage("png");
  async function* found(): AsyncGenerator<Found> {
    for (;;) {
      await Promise.resolve();
      taken++;
      yield { type: "image", name: `${taken}`, bytes: small };
    }
  }
  for await (const _ of checkItems(found(), options)) break;
  assertEquals(taken, 32);
});

Deno.test("what the source throws comes through, after what came before it", async () => {
  async function* found(): AsyncGenerator<Found> {
    yield { type: "image", name: "a", bytes: await makeImage("png") };
    throw new RangeError("broken");
  }
  await assertRejects(() => Array.fromAsync(checkItems(found(), options)), RangeError, "broken");
});
