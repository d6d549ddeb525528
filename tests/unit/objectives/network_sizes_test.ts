import { assertEquals, assertThrows } from "@std/assert";
import { createNetwork } from "../../../src/objectives/network.ts";
import { Random } from "../../../src/random.ts";
import { OBJECTIVE_NAMES, ObjectiveSpec } from "../../../src/schemas/objective.ts";
import { AugmentOptions } from "../../../src/schemas/recipe.ts";
import type { EncoderSpec } from "../../../src/schemas/encoder.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";

/** Shapes of all weights by name. */
function shapes(encoder: EncoderSpec, name: string, size: number): Record<string, number[]> {
  const spec = {
    encoder,
    preprocessing: { size, channels: 3 as const, mean: 0.5, standardDeviation: 0.25 },
    objectives: [ObjectiveSpec.parse({ name })],
  };
  const network = createNetwork(spec, AugmentOptions.parse({}), new Random(0));
  const variables = [...network.parameters(), ...network.buffers()];
  const all = Object.fromEntries(variables.map(({ name, variable }) => [name, variable.shape]));
  network.dispose();
  return all;
}

for (const name of OBJECTIVE_NAMES) {
  Deno.test(`no weight of ${name} depends on the images' size: a run may go on with another`, async () => {
    await selectBackend("wasm");
    for (
      const encoder of [{ name: "resnet8", width: 4 }, { name: "small_conv", width: 2 }] as const
    ) {
      const small = shapes(encoder, name, 27);
      assertEquals(shapes(encoder, name, 64), small);
      assertThrows(() => assertEquals(shapes({ ...encoder, width: 6 }, name, 27), small));
    }
  });
}
