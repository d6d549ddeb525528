import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { CancelledError, ConflictError, NotFoundError } from "../../../src/errors.ts";
import { decodeImage } from "../../../src/images/decode_image.ts";
import { encodePng } from "../../../src/images/encode_png.ts";
import { Stages } from "../../../src/inference/stages.ts";
import { encodeNetpbm } from "../../../src/images/netpbm.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { engineWith, freshModel } from "../../support/inference.ts";
import { makeAnimation } from "../../support/make_clip.ts";
import { syntheticPixels } from "../../support/synthetic_images.ts";

const SIZE = 16;

function png(index: number): Promise<Uint8Array> {
  const pixels = syntheticPixels(index, SIZE, 3);
  return encodePng({ pixels, width: SIZE, height: SIZE, channels: 3 });
}

/** A model with fresh weights and these heads. */
const fresh = (objectives: unknown[], seed = 1) => freshModel(objectives, { size: SIZE, seed });

Deno.test("images are embedded alike alone and together; a bad one fails by itself", async () => {
  await selectBackend("wasm");
  const { engine } = await engineWith({ a: await fresh([{ name: "simclr" }]) });
  const images = [await png(0), new Uint8Array([1, 2, 3]), await png(1)];
  const outcomes = await engine.embed("a", images);
  assertEquals(outcomes.map(({ ok }) => ok), [true, false, true]);
  for (const i of [0, 2]) {
    const alone = (await engine.embed("a", [images[i]!]))[0]!;
    const together = outcomes[i]!;
    assert(alone.ok && together.ok);
    alone.value.forEach((value, j) => assert(Math.abs(value - together.value[j]!) < 1e-5));
    assertEquals(alone.value.length, 32);
  }
  engine.forget("a");
});

Deno.test("a batch that is called off after its images are decoded is not computed", async () => {
  const { engine } = await engineWith({ a: await fresh([{ name: "simclr" }]) });
  const image = await png(0);
  await engine.embed("a", [image]);
  const before = tf.memory().numTensors;
  let asked = 0;
  const wanted = () => {
    asked++;
    return Promise.reject(new CancelledError("Cannot go on: it was called off"));
  };
  await assertRejects(() => engine.embed("a", [image], new Stages(), wanted), CancelledError);
  assertEquals(asked, 1);
  assertEquals(tf.memory().numTensors, before);
  engine.forget("a");
});

Deno.test("a model is loaded once, and the longest unused leaves when memory is short", async () => {
  await selectBackend("wasm");
  const models = {
    a: await fresh([{ name: "simclr" }], 1),
    b: await fresh([{ name: "simclr" }], 2),
  };
  const before = tf.memory().numTensors;
  const { engine, loaded } = await engineWith(models, models.a.weights.length);
  const image = await png(0);
  await Promise.all([engine.embed("a", [image]), engine.embed("a", [image])]);
  assertEquals(loaded, ["a"]);
  await engine.embed("b", [image]);
  await engine.embed("b", [image]);
  assertEquals(loaded, ["a", "b"]);
  await engine.embed("a", [image]);
  assertEquals(loaded, ["a", "b", "a"]);
  engine.forget("a");
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(tf.memory().numTensors, before);
  await assertRejects(() => engine.embed("none", [image]), NotFoundError);
});

Deno.test("predictions need their head, and the refusal says what there is", async () => {
  await selectBackend("wasm");
  const { engine } = await engineWith({ a: await fresh([{ name: "simclr" }]) });
  const image = await png(0);
  for (
    const ask of [
      () => engine.predict("a", "rotation", [{ image }]),
      () => engine.predict("a", "jigsaw", [{ image, shuffle: null }]),
    ]
  ) {
    const error = await assertRejects(ask, ConflictError, "simclr only");
    assertEquals(error.errors[0]?.path, "model");
  }
  engine.forget("a");
});

Deno.test("a shuffled image is restored by the permutation that was found", async () => {
  await selectBackend("wasm");
  const { engine } = await engineWith({
    a: await fresh([{ name: "jigsaw", permutations: 24 }, { name: "rotation" }]),
  });
  const image = await png(3);
  const shuffled = (shuffle: number) => engine.predict("a", "jigsaw", [{ image, shuffle }]);
  const [outcome] = await shuffled(5);
  assert(outcome!.ok);
  const answer = outcome!.value;
  assertEquals(answer.shuffled, 5);
  assertEquals(answer.candidates.length, 5);
  assertEquals(answer.candidates[0]!.permutation, answer.permutation);
  const options = { size: 256, channels: 3 as const, maxPixels: 1e6 };
  const restored = await decodeImage(answer.restored, undefined, options);
  assertEquals(restored.length, 256 * 256 * 3);
  const intact = await decodeImage(image, undefined, options);
  const sum = (pixels: Uint8Array) => pixels.reduce((total, value) => total + value, 0);
  // Whatever the order, no pixel is lost.
  assertEquals(sum(restored), sum(intact));
  for (const shuffle of [24, -1, 1.5, NaN]) {
    const refused = (await shuffled(shuffle))[0]!;
    assert(!refused.ok);
    assertEquals(refused.error.errors?.[0]?.path, "shuffle");
  }
  engine.forget("a");
});

Deno.test("an image that has not a pixel for each tile is refused, one that has is not", async () => {
  await selectBackend("wasm");
  const { engine } = await engineWith({
    a: await fresh([{ name: "jigsaw", grid: 2 }, { name: "relative-position" }]),
  });
  const picture = (width: number, height: number) =>
    encodePng({ pixels: new Uint8Array(3 * width * height), width, height, channels: 3 });
  const jigsaw = async (image: Uint8Array) =>
    (await engine.predict("a", "jigsaw", [{ image, shuffle: null }]))[0]!;
  const place = async (...images: Uint8Array[]) =>
    (await engine.predict("a", "relative-position", [{ images }]))[0]!;
  const thin = await picture(40, 1);
  for (const refused of [await jigsaw(thin), await place(await picture(2, 40))]) {
    assert(!refused.ok);
    const [fault] = refused.error.errors!;
    assertEquals(fault!.path, "input[0]");
    assertMatch(fault!.rule, /at least (2 .* 2×2|3 .* 3×3) tiles, it is (40×1|2×40)/);
  }
  assert((await jigsaw(await picture(2, 40))).ok);
  assert((await place(await picture(3, 3))).ok);
  // Two patches are not cut.
  assert((await place(thin, thin)).ok);
  engine.forget("a");
});

Deno.test("an image turned by a quarter gets the same answers, a quarter on", async () => {
  await selectBackend("wasm");
  const { engine } = await engineWith({ a: await fresh([{ name: "rotation" }]) });
  const pixels = syntheticPixels(3, SIZE, 3);
  const turned = new Uint8Array(pixels.length);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      // Counter-clockwise: the right column becomes the top row.
      const from = (x * SIZE + SIZE - 1 - y) * 3;
      turned.set(pixels.subarray(from, from + 3), (y * SIZE + x) * 3);
    }
  }
  const images = [pixels, turned].map((rgb) =>
    encodeNetpbm({ pixels: rgb, width: SIZE, height: SIZE, channels: 3 })
  );
  const [upright, quarter] = await engine.predict(
    "a",
    "rotation",
    images.map((image) => ({ image })),
  );
  assert(upright?.ok && quarter?.ok);
  const { probabilities } = upright.value;
  assertAlmostEquals(probabilities.reduce((a, b) => a + b), 1, 1e-5);
  assert(Math.max(...probabilities) - Math.min(...probabilities) > 1e-3);
  probabilities.forEach((p, i) =>
    assertAlmostEquals(quarter.value.probabilities[(i + 1) % 4]!, p, 1e-5)
  );
  engine.forget("a");
});

Deno.test("patches are placed around the centre of one image, or beside another patch", async () => {
  await selectBackend("wasm");
  const relative = (neighbours: number) => fresh([{ name: "relative-position", neighbours }]);
  const { engine } = await engineWith({ eight: await relative(8), one: await relative(1) });
  for (const model of ["eight", "one"]) {
    const ask = async (images: Uint8Array[]) =>
      (await engine.predict(model, "relative-position", [{ images }]))[0]!;
    const whole = await ask([await png(3)]);
    assert(whole.ok);
    assertEquals(whole.value.probabilities.length, 8);
    for (const row of whole.value.probabilities) {
      assertEquals(row.length, 8);
      assertAlmostEquals(row.reduce((a, b) => a + b), 1, 1e-5);
    }
    assertNotEquals(whole.value.probabilities[0], whole.value.probabilities[1]);
    const pair = await ask([await png(3), await png(4)]);
    assert(pair.ok);
    assertEquals(pair.value.probabilities.length, 1);
    const broken = await ask([await png(3), new Uint8Array([1, 2])]);
    assert(!broken.ok);
    assertEquals(broken.error.errors?.map(({ path }) => path), ["input[1]"]);
    engine.forget(model);
  }
});

Deno.test("frames are ordered: backwards is the same, few are permuted, an animation is its frames", async () => {
  const { engine } = await engineWith({ m: await fresh([{ name: "frame-order" }]) });
  const ask = async (...images: Uint8Array[]) =>
    (await engine.predict("m", "frame-order", [{ images }]))[0]!;
  const answer = async (...images: Uint8Array[]) => {
    const outcome = await ask(...images);
    assert(outcome.ok);
    return outcome.value;
  };
  const frames = await Promise.all([1, 2, 3, 4, 5, 6].map(png));
  const three = await answer(...frames.slice(0, 3));
  assertEquals(three.orders!.length, 3);
  const given = three.orders!.find(({ order }) => order.join() === "0,1,2")!;
  assertEquals(given.probability, three.probability);
  const back = await answer(...frames.slice(0, 3).reverse());
  assertAlmostEquals(back.probability, three.probability, 1e-6);

  const five = await answer(...frames.slice(0, 5));
  assertEquals(five.orders!.length, 5);
  const probabilities = five.orders!.map(({ probability }) => probability);
  assertEquals(probabilities, probabilities.toSorted((a, b) => b - a));
  // Given in the order that is said to be best, that one is the best of them.
  const [best] = five.orders!;
  const sorted = await answer(...best!.order.map((i) => frames[i]!));
  assertAlmostEquals(sorted.probability, best!.probability, 1e-6);
  assertEquals(sorted.orders![0]!.order, [0, 1, 2, 3, 4]);

  const six = await answer(...frames);
  assertEquals([six.frames, six.orders], [6, null]);
  const long = await makeAnimation("webp", { greys: Array.from({ length: 50 }, (_, i) => 5 * i) });
  assertEquals((await answer(long)).frames, 32);

  const two = await makeAnimation("gif", { greys: [1, 99] });
  for (const images of [[two], [frames[0]!]]) {
    const outcome = await ask(...images);
    assert(!outcome.ok);
    assertEquals(outcome.error.errors?.map(({ path }) => path), ["input"]);
  }
  const broken = await ask(long.slice(0, 100));
  assert(!broken.ok);
  assertEquals(broken.error.errors?.map(({ path }) => path), ["input[0]"]);
});
