import { assertEquals, assertRejects } from "@std/assert";
import { packFrames } from "../../../src/datasets/pack_frames.ts";
import { CorruptError, TooLargeError } from "../../../src/errors.ts";
import { clipFrame } from "../../../src/images/clip_frame.ts";
import { sharp } from "../../../src/images/sharp.ts";
import { FRAMES_MEDIA_TYPE } from "../../../src/images/unpack_frames.ts";
import { makeAnimation, makeFrames } from "../../support/make_clip.ts";

const GREYS = [0, 80, 160, 240];
const LIMIT = { maxPixels: 16 * 12 };

async function grey(bytes: Uint8Array): Promise<number[]> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return [info.width, info.height, info.pages ?? 1, data[0]!];
}

for (const format of ["gif", "webp"] as const) {
  Deno.test(`every frame of an animated ${format} comes by itself, as PNG`, async () => {
    const clip = await makeAnimation(format, { greys: GREYS });
    for (const [i, value] of GREYS.entries()) {
      const { bytes, mediaType } = await clipFrame(clip, `image/${format}`, i, LIMIT);
      assertEquals(mediaType, "image/png");
      assertEquals(await grey(bytes), [16, 12, 1, value]);
    }
  });
}

Deno.test("a frame that came as a file is given as it came", async () => {
  const files = await makeFrames({ greys: GREYS });
  const clip = packFrames(files);
  for (const [i, file] of files.entries()) {
    const { bytes, mediaType } = await clipFrame(clip, FRAMES_MEDIA_TYPE, i, LIMIT);
    assertEquals([bytes, mediaType], [file, "image/png"]);
  }
});

Deno.test("frames beyond the limit and damaged clips are refused by cause", async () => {
  const clip = await makeAnimation("gif", { greys: GREYS });
  await assertRejects(() => clipFrame(clip, "image/gif", 0, { maxPixels: 9 }), TooLargeError);
  await assertRejects(
    () => clipFrame(clip.slice(0, clip.length / 2), "image/gif", 3, LIMIT),
    CorruptError,
  );
});
