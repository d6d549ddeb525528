import { assertEquals } from "@std/assert";
import { IMAGE_MAGIC_BYTES, imageMediaType } from "../../../src/images/media_type.ts";
import { makeImage } from "../../support/make_image.ts";

Deno.test("each kind of image is told by its first bytes", async () => {
  for (const format of ["jpeg", "png", "webp", "gif"] as const) {
    const bytes = await makeImage(format);
    assertEquals(imageMediaType(bytes.subarray(0, IMAGE_MAGIC_BYTES)), `image/${format}`);
  }
});

Deno.test("everything else is none, whatever is short or nearly right", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  for (
    const bytes of [
      new Uint8Array(),
      new Uint8Array([0xff, 0xd8]),
      new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
      text("GIF88a......"),
      text("RIFF....WAVE"),
      text("RIFF"),
      text("<svg></svg>"),
      text("P6\n1 1\n255\n..."),
    ]
  ) assertEquals(imageMediaType(bytes), undefined);
});
