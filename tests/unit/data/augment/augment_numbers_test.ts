import { type AugmentParameters, parameterRow } from "../../../../src/data/augment/parameters.ts";
import { drawViews } from "../../../../src/data/augment/augment.ts";
import type { ImageBatch } from "../../../../src/data/image_batch.ts";
import { Random } from "../../../../src/random.ts";
import { noiseBatch, toParameters, toReferenceView } from "../../../support/augment_cases.ts";
import {
  assertClose,
  implementations,
  OPTIONS,
  RAW,
  take,
} from "../../../support/augment_implementations.ts";
import { type ReferenceView, referenceView } from "../../../support/augment_reference.ts";

interface Fixture {
  size: number;
  cases: ReferenceView[];
  images: { channels: 1 | 3; pixels: string; views: string[] }[];
}

const fixture: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("../../../fixtures/augment_torchvision.json", import.meta.url)),
);

/** The fixture's images are strings of numbers. */
const numbers = (text: string) => text.split(" ").map(Number);

function reference(batch: ImageBatch, parameters: AugmentParameters): number[] {
  const { count, height, width, channels, pixels } = batch;
  const length = height * width * channels;
  return Array.from({ length: count }, (_, i) =>
    referenceView(
      pixels.subarray(i * length, (i + 1) * length),
      height,
      width,
      channels,
      toReferenceView(parameterRow(parameters, i)),
    )).flat();
}

Deno.test("the reference gives torchvision's numbers", () => {
  for (const { channels, pixels, views } of fixture.images) {
    fixture.cases.forEach((view, i) => {
      const actual = referenceView(numbers(pixels), fixture.size, fixture.size, channels, view);
      assertClose(actual, numbers(views[i]!), 2e-5, JSON.stringify(view));
    });
  }
});

for (const { name, ignore = false, start, augment } of implementations) {
  Deno.test(`views ${name} are torchvision's`, { ignore }, async () => {
    await start();
    for (const { channels, pixels, views } of fixture.images) {
      const size = fixture.size;
      const batch = {
        ...noiseBatch(1, size, size, channels),
        pixels: Uint8Array.from(numbers(pixels)),
      };
      for (const [i, view] of fixture.cases.entries()) {
        const actual = await take(augment(batch, toParameters(size, view), RAW));
        assertClose(actual, numbers(views[i]!), 2e-5, JSON.stringify(view));
      }
    }
  });

  Deno.test(`views ${name} are the reference's at odd sizes, with one and three channels`, {
    ignore,
  }, async () => {
    await start();
    for (const size of [8, 28, 33]) {
      for (const channels of [1, 3] as const) {
        const batch = noiseBatch(6, size, size, channels);
        const parameters = drawViews(batch, OPTIONS, new Random(size), 0);
        const actual = await take(augment(batch, parameters, RAW));
        assertClose(actual, reference(batch, parameters), 1e-5, `${size}x${size}x${channels}`);
      }
    }
  });

  Deno.test(`views ${name} of oblong images are the reference's`, { ignore }, async () => {
    await start();
    const batch = noiseBatch(5, 9, 14, 3);
    const parameters = drawViews(batch, { ...OPTIONS, rotate90: 0 }, new Random(7), 1);
    const actual = await take(augment(batch, parameters, RAW));
    assertClose(actual, reference(batch, parameters), 1e-5, "9x14x3");
  });

  Deno.test(
    `views ${name} of black, white, grey and pure colours are the reference's`,
    { ignore },
    async () => {
      await start();
      const colours = [[0, 0, 0], [255, 255, 255], [128, 128, 128], [255, 0, 0], [0, 255, 255]];
      colours.push([254, 255, 255], [1, 0, 0], [255, 255, 0]);
      const batch = noiseBatch(colours.length, 8, 8, 3);
      colours.forEach((colour, i) => {
        for (let p = 0; p < 64; p++) batch.pixels.set(colour, (i * 64 + p) * 3);
      });
      for (let draw = 0; draw < 4; draw++) {
        const parameters = drawViews(batch, { ...OPTIONS, grey: 0 }, new Random(draw), 0);
        const actual = await take(augment(batch, parameters, RAW));
        assertClose(actual, reference(batch, parameters), 1e-5, `draw ${draw}`);
      }
    },
  );

  Deno.test(`views ${name} are normalised`, { ignore }, async () => {
    await start();
    const batch = noiseBatch(3, 12, 12, 3);
    const parameters = drawViews(batch, OPTIONS, new Random(3), 0);
    const actual = await take(augment(batch, parameters, { mean: 0.4, standardDeviation: 0.2 }));
    const expected = reference(batch, parameters).map((value) => (value - 0.4) / 0.2);
    assertClose(actual, expected, 5e-5, "normalised");
  });
}
