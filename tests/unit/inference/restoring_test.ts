/** Predictions of heads that give images back. */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { decodeImage } from "../../../src/images/decode_image.ts";
import { encodePng } from "../../../src/images/encode_png.ts";
import type { Noise } from "../../../src/schemas/objective.ts";
import { engineWith, freshModel } from "../../support/inference.ts";
import { syntheticPixels } from "../../support/synthetic_images.ts";

const SIZE = 16;

function png(index: number): Promise<Uint8Array> {
  const pixels = syntheticPixels(index, SIZE, 3);
  return encodePng({ pixels, width: SIZE, height: SIZE, channels: 3 });
}

/** A grey picture, white where `hole` says. */
function mask(side: number, hole: (y: number, x: number) => boolean): Promise<Uint8Array> {
  const pixels = Uint8Array.from(
    { length: side * side },
    (_, i) => hole(Math.floor(i / side), i % side) ? 255 : 0,
  );
  return encodePng({ pixels, width: side, height: side, channels: 1 });
}

/** An engine that has one model, `a`, with fresh weights and that head. */
async function engineOf(objective: unknown) {
  return (await engineWith({ a: await freshModel([objective], { size: SIZE }) })).engine;
}

const decode = (bytes: Uint8Array) =>
  decodeImage(bytes, undefined, { size: SIZE, channels: 3, maxPixels: 1e6 });

/** dB, the slow way. */
function psnrOf(a: Uint8Array, b: Uint8Array, where: (i: number) => boolean = () => true): number {
  let sum = 0;
  let count = 0;
  a.forEach((value, i) => {
    if (!where(i)) return;
    sum += ((value - b[i]!) / 255) ** 2;
    count++;
  });
  return -10 * Math.log10(sum / count);
}

Deno.test("images are given back in the model's size, with their PSNR; a broken one fails alone", async () => {
  const engine = await engineOf({ name: "autoencoder" });
  const images = [await png(0), new Uint8Array([1, 2, 3]), await png(1)];
  const [first, broken, last] = await engine.predict(
    "a",
    "reconstruct",
    images.map((image) => ({ image })),
  );
  assert(first?.ok && last?.ok && broken && !broken.ok);
  for (const [i, answer] of [[0, first], [1, last]] as const) {
    assertEquals(answer.value.size, SIZE);
    const shown = await decode(answer.value.image);
    const wanted = psnrOf(shown, syntheticPixels(i, SIZE, 3));
    assertAlmostEquals(answer.value.psnr, wanted, 1e-3);
  }
  assertNotEquals(first.value.image, last.value.image);
  engine.forget("a");
});

Deno.test("noise is added by its seed, and both images are measured", async () => {
  const engine = await engineOf({
    name: "denoising-autoencoder",
    noise: { kind: "gaussian", level: 0.2 },
  });
  const image = await png(2);
  const ask = async (seed: number | null, noise: Partial<Noise> = {}) => {
    const [answer] = await engine.predict("a", "denoise", [{ image, seed, noise }]);
    assert(answer?.ok);
    return answer.value;
  };
  const clean = syntheticPixels(2, SIZE, 3);
  assertEquals((await ask(null)).added, null);
  const one = await ask(7);
  const { noisy, psnr } = one.added!;
  assertAlmostEquals(psnr.noisy, psnrOf(await decode(noisy), clean), 1e-3);
  assertAlmostEquals(psnr.denoised, psnrOf(await decode(one.image), clean), 1e-3);
  // 14 dB; clipping takes some of the noise off.
  assert(psnr.noisy > 13 && psnr.noisy < 17, `${psnr.noisy}`);
  assertEquals(await ask(7), one);
  assertNotEquals(await ask(8), one);
  assertEquals(one.added!.noise, { kind: "gaussian", level: 0.2 });
  assertEquals(await ask(7, { level: 0.2 }), one);
  const louder = (await ask(7, { level: 0.4 })).added!;
  assertEquals(louder.noise, { kind: "gaussian", level: 0.4 });
  assert(louder.psnr.noisy < psnr.noisy - 3, `${louder.psnr.noisy}`);
  // A tenth of the pixels are black or white, the others as they were.
  const pepper = (await ask(7, { kind: "salt-and-pepper", level: 0.1 })).added!;
  const shown = await decode(pepper.noisy);
  const changed = shown.filter((value, i) => value !== clean[i]);
  assert(changed.every((value) => value === 0 || value === 255));
  assertAlmostEquals(changed.length / shown.length, 0.1, 0.05);
  engine.forget("a");
});

Deno.test("a hole is filled, what is around it stays to the bit", async () => {
  const engine = await engineOf({ name: "context-encoder" });
  const image = await png(3);
  const inHole = (y: number, x: number) => y >= 4 && y < 12 && x >= 4 && x < 12;
  const [answer] = await engine.predict("a", "inpaint", [{
    image,
    mask: await mask(SIZE, inHole),
  }]);
  assert(answer?.ok);
  const { hole, psnr } = answer.value;
  assertEquals(hole, 0.25);
  const original = syntheticPixels(3, SIZE, 3);
  const filled = await decode(answer.value.image);
  const where = (i: number) => {
    const pixel = Math.floor(i / 3);
    return inHole(Math.floor(pixel / SIZE), pixel % SIZE);
  };
  filled.forEach((value, i) => {
    if (!where(i)) assertEquals(value, original[i]);
  });
  assertAlmostEquals(psnr.filled, psnrOf(filled, original, where), 1e-3);
  const sums = [0, 0, 0];
  original.forEach((value, i) => {
    if (!where(i)) sums[i % 3]! += value / (SIZE * SIZE * 0.75);
  });
  const error = original.reduce(
    (sum, value, i) => where(i) ? sum + ((value - sums[i % 3]!) / 255) ** 2 : sum,
    0,
  );
  assertAlmostEquals(psnr.mean, -10 * Math.log10(error / (SIZE * SIZE * 0.25 * 3)), 1e-3);
  // What was in the hole must not be seen.
  const other = original.slice();
  other.forEach((_, i) => where(i) && (other[i] = 255));
  const spoilt = await encodePng({ pixels: other, width: SIZE, height: SIZE, channels: 3 });
  const [again] = await engine.predict("a", "inpaint", [{
    image: spoilt,
    mask: await mask(SIZE, inHole),
  }]);
  assert(again?.ok);
  assertEquals(again.value.image, answer.value.image);
  engine.forget("a");
});

Deno.test("masks of another size, of one colour, or that are none are faults of the mask", async () => {
  const engine = await engineOf({ name: "context-encoder" });
  const image = await png(3);
  const cases: [Uint8Array, RegExp][] = [
    [await mask(8, (y) => y < 4), /must have the image's size, 16×16 pixels/],
    [await mask(SIZE, () => false), /must be white somewhere/],
    [await mask(SIZE, () => true), /must be black somewhere/],
    [new Uint8Array([1, 2, 3]), /must be an image that can be decoded/],
  ];
  for (const [wrong, rule] of cases) {
    const [answer] = await engine.predict("a", "inpaint", [{ image, mask: wrong }]);
    assert(answer && !answer.ok);
    const [fault] = answer.error.errors!;
    assertEquals(fault!.path, "input[1]");
    assert(rule.test(fault!.rule), fault!.rule);
  }
  const hole = await mask(SIZE, (y) => y < 4);
  const [answer] = await engine.predict("a", "inpaint", [{
    image: new Uint8Array([1]),
    mask: hole,
  }]);
  assert(answer && !answer.ok);
  assertEquals(answer.error.errors![0]!.path, "input[0]");
  engine.forget("a");
});
