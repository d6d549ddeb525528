import { assert, assertEquals } from "@std/assert";
import { encodePng } from "../../../src/images/encode_png.ts";
import { DECODER, type DecoderProtocol } from "../../../src/protocol/decoder_protocol.ts";
import { inOneBuffer } from "../../../src/protocol/one_buffer.ts";
import { startWorker } from "../../../src/protocol/start_worker.ts";
import { syntheticPixels } from "../../support/synthetic_images.ts";

Deno.test("arrays keep their contents and order as views of one buffer", () => {
  const { views, buffer } = inOneBuffer([
    Uint8Array.of(1, 2),
    new Uint8Array(),
    Uint8Array.of(3, 4, 5).subarray(1),
  ]);
  assertEquals(views.map((view) => [...view]), [[1, 2], [], [4, 5]]);
  assert(views.every((view) => view.buffer === buffer));
  assertEquals(buffer.byteLength, 4);
});

Deno.test("a decoder answers image by image: a bad one fails by itself", async () => {
  const worker = await startWorker<DecoderProtocol>({
    url: new URL("../../../workers/decoder.ts", import.meta.url),
    kind: DECODER,
    init: null,
    listeners: { log: () => {} },
  });
  try {
    const pixels = [0, 1].map((i) => syntheticPixels(i, 16, 3));
    const pngs = await Promise.all(
      pixels.map((each) => encodePng({ pixels: each, width: 16, height: 16, channels: 3 })),
    );
    const decode = (images: Uint8Array[]) =>
      worker.call("decode", { images, options: { size: 16, channels: 3, maxPixels: 1e6 } });
    const outcomes = await decode([pngs[0]!, Uint8Array.of(1, 2, 3), pngs[1]!]);
    assertEquals(outcomes.map(({ ok }) => ok), [true, false, true]);
    assertEquals(
      outcomes.flatMap((outcome) => outcome.ok ? [[...outcome.value]] : []),
      pixels.map((each) => [...each]),
    );
    const [bad] = await decode([Uint8Array.of(1)]);
    assert(!bad!.ok);
    assertEquals(bad!.error.code, "unsupported");
  } finally {
    worker.terminate("has done its work");
    await worker.died;
  }
});
