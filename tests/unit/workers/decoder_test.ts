import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Outcome } from "../../../src/errors.ts";
import { encodePng } from "../../../src/images/encode_png.ts";
import { DECODER, type DecoderProtocol } from "../../../src/protocol/decoder_protocol.ts";
import { inOneBuffer } from "../../../src/protocol/one_buffer.ts";
import { DecoderIntake } from "../../../src/protocol/decoder_intake.ts";
import { startWorker, type WorkerHandle } from "../../../src/protocol/start_worker.ts";
import { Tickets } from "../../../src/protocol/tickets.ts";
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

Deno.test("a decoder answers image by image: a bad one fails by itself", () =>
  withDecoder(async ({ decoder, pixels, pngs }) => {
    const decode = (images: Uint8Array[]) =>
      decoder.call("decode", { images, options: { size: 16, channels: 3, maxPixels: 1e6 } });
    const outcomes = await decode([pngs[0]!, Uint8Array.of(1, 2, 3), pngs[1]!]);
    assertEquals(outcomes.map(({ ok }) => ok), [true, false, true]);
    assertEquals(valuesOf(outcomes), pixels);
    const [bad] = await decode([Uint8Array.of(1)]);
    assert(!bad!.ok);
    assertEquals(bad!.error.code, "unsupported");
  }));

Deno.test("what comes by the intake is brought with its ticket, and the images are copied", () =>
  withDecoder(async ({ intake, brought, pixels, pngs }) => {
    const options = { size: 16, channels: 3 as const };
    const first = intake.decode([pngs[0]!, Uint8Array.of(1, 2, 3)], options);
    const second = intake.decode([pngs[1]!, pngs[0]!], options);
    assertEquals(intake.decode([], options), 3);
    assertNotEquals(first, second);
    assertEquals(pngs.map(({ length }) => length > 0), [true, true]);
    const outcomes = await brought.take(first);
    assertEquals(outcomes.map(({ ok }) => ok), [true, false]);
    assertEquals(valuesOf(outcomes), [pixels[0]]);
    assertEquals(valuesOf(await brought.take(second)), [pixels[1], pixels[0]]);
    assertEquals(await brought.take(3), []);
    assertEquals(brought.unmet, 0);
  }));

Deno.test("the intake refuses images of more pixels than it was told", () =>
  withDecoder(async ({ intake, brought, pngs }) => {
    const ticket = intake.decode([pngs[0]!], { size: 16, channels: 3 });
    const [outcome] = await brought.take(ticket);
    assert(!outcome!.ok);
    assertEquals(outcome!.error.code, "too_large");
  }, 255));

function valuesOf(outcomes: Outcome<Uint8Array>[]): number[][] {
  return outcomes.flatMap((outcome) => outcome.ok ? [[...outcome.value]] : []);
}

/** A decoder, the way to it past its parent, and two images as pixels and as PNGs of 16×16. */
async function withDecoder(
  work: (parts: {
    decoder: WorkerHandle<DecoderProtocol>;
    intake: DecoderIntake;
    brought: Tickets<Outcome<Uint8Array>[]>;
    pixels: number[][];
    pngs: Uint8Array[];
  }) => Promise<void>,
  maxPixels = 1e6,
): Promise<void> {
  const pixels = [0, 1].map((i) => syntheticPixels(i, 16, 3));
  const pngs = await Promise.all(
    pixels.map((each) => encodePng({ pixels: each, width: 16, height: 16, channels: 3 })),
  );
  const { port1, port2 } = new MessageChannel();
  const brought = new Tickets<Outcome<Uint8Array>[]>();
  const decoder = await startWorker<DecoderProtocol>({
    url: new URL("../../../workers/decoder.ts", import.meta.url),
    kind: DECODER,
    init: { intake: port1 },
    transfer: [port1],
    listeners: {
      log: () => {},
      decoded: ({ ticket, outcomes }) => brought.bring(ticket, outcomes),
    },
  });
  try {
    const intake = new DecoderIntake(port2, maxPixels);
    await work({ decoder, intake, brought, pixels: pixels.map((each) => [...each]), pngs });
  } finally {
    decoder.terminate("has done its work");
    await decoder.died;
    port2.close();
  }
}
