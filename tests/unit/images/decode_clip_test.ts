import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { packFrames } from "../../../src/datasets/pack_frames.ts";
import { CorruptError, TooLargeError, UnsupportedError } from "../../../src/errors.ts";
import { decodeClip, thinned } from "../../../src/images/decode_clip.ts";
import { decodeImage } from "../../../src/images/decode_image.ts";
import { FRAMES_MEDIA_TYPE, unpackFrames } from "../../../src/images/unpack_frames.ts";
import { makeAnimation, makeFrames } from "../../support/make_clip.ts";
import { makeImage } from "../../support/make_image.ts";

const options = { size: 8, channels: 3 as const, maxPixels: 1e6, frames: 16 };
const greys = [0, 60, 120, 180, 240];

Deno.test("an animation and a tar of the same frames decode to the same pixels, frame by frame", async () => {
  const animation = await makeAnimation("webp", { greys });
  const tar = packFrames(await makeFrames({ greys }));
  const decoded = await decodeClip(animation, undefined, options);
  assertEquals(decoded, greys.map((grey) => new Uint8Array(8 * 8 * 3).fill(grey)));
  assertEquals(await decodeClip(tar, FRAMES_MEDIA_TYPE, options), decoded);
  const grey = await decodeClip(animation, undefined, { ...options, channels: 1, frames: 3 });
  assertEquals(grey, [0, 120, 240].map((grey) => new Uint8Array(8 * 8).fill(grey)));
});

Deno.test("each frame is decoded as an image is: cut to the middle, scaled alike", async () => {
  const files = await Promise.all(
    [1, 2, 3].map((seed) => makeImage("png", { width: 20, height: 12, seed })),
  );
  const frames = await decodeClip(packFrames(files), FRAMES_MEDIA_TYPE, options);
  for (const [i, file] of files.entries()) {
    assertEquals(frames[i], await decodeImage(file, undefined, options));
  }
  assertEquals(await decodeImage(packFrames(files), FRAMES_MEDIA_TYPE, options), frames[0]);
});

Deno.test("an image that does not move is one frame", async () => {
  for (const format of ["png", "gif", "webp", "jpeg"] as const) {
    assertEquals((await decodeClip(await makeImage(format), undefined, options)).length, 1);
  }
});

Deno.test("all frames of an animation together may have so many pixels", async () => {
  const animation = await makeAnimation("gif", { greys });
  const pixels = 16 * 12 * greys.length;
  assertEquals(
    (await decodeClip(animation, undefined, { ...options, maxPixels: pixels })).length,
    5,
  );
  await assertRejects(
    () => decodeClip(animation, undefined, { ...options, maxPixels: pixels - 1 }),
    TooLargeError,
  );
});

Deno.test("what is damaged is corrupt, what is no image is unsupported", async () => {
  const webp = await makeAnimation("webp", { greys });
  await assertRejects(() => decodeClip(webp.slice(0, 60), undefined, options), CorruptError);
  await assertRejects(() => decodeClip(new Uint8Array(20), undefined, options), UnsupportedError);
  const tar = packFrames(await makeFrames({ greys }));
  for (
    const cut of [tar.slice(0, 700), tar.slice(0, tar.length - 1024), new Uint8Array(512).fill(1)]
  ) {
    assertThrows(() => unpackFrames(cut), CorruptError);
  }
  await assertRejects(
    () => decodeImage(packFrames([]), FRAMES_MEDIA_TYPE, options),
    CorruptError,
  );
});

Deno.test("thinning keeps both ends and goes on evenly", () => {
  assertEquals(thinned(3, 16), [0, 1, 2]);
  assertEquals(thinned(9, 5), [0, 2, 4, 6, 8]);
  for (const count of [17, 100, 2000]) {
    const chosen = thinned(count, 16);
    assertEquals([chosen[0], chosen.at(-1), new Set(chosen).size], [0, count - 1, 16]);
    const steps = chosen.slice(1).map((frame, i) => frame - chosen[i]!);
    assert(Math.max(...steps) - Math.min(...steps) <= 1);
  }
});
