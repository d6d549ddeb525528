/** Weights from elsewhere against the network that they are to be put into. @module */
import { type FieldError, InvalidError } from "../errors.ts";
import { createNetwork } from "../objectives/network.ts";
import { Random } from "../random.ts";
import type { ModelSpec } from "../schemas/model.ts";
import { blockDimensions } from "../schemas/block_dimensions.ts";
import { AugmentOptions } from "../schemas/recipe.ts";

/**
 * Demands that a model of that spec has these weights, all of them and no others.
 *
 * @param shapes By name.
 * @throws {InvalidError} With each fault.
 */
export function checkWeights(spec: ModelSpec, shapes: ReadonlyMap<string, number[]>): void {
  const network = createNetwork(spec, AugmentOptions.parse({}), new Random(0));
  const faults: FieldError[] = [];
  const fault = (path: string, rule: string, value: unknown) => faults.push({ path, rule, value });
  const all = blockDimensions(spec.encoder);
  const dimensions = all[spec.block ?? all.length - 1];
  if (spec.dimensions !== dimensions) {
    fault(
      "spec.dimensions",
      `must be ${dimensions}, as the block that is served has`,
      spec.dimensions,
    );
  }
  const wanted = new Set<string>();
  for (const { name, variable } of [...network.parameters(), ...network.buffers()]) {
    wanted.add(name);
    const shape = shapes.get(name);
    if (shape === undefined) fault(`weights["${name}"]`, "must be given", null);
    else if (shape.join() !== variable.shape.join()) {
      fault(`weights["${name}"].shape`, `must be [${variable.shape}]`, shape);
    }
  }
  network.dispose();
  for (const [name, shape] of shapes) {
    if (wanted.has(name)) continue;
    fault(`weights[${JSON.stringify(name.slice(0, 100))}]`, "is no weight of the model", shape);
  }
  const [first] = faults;
  if (first === undefined) return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  throw new InvalidError(`Cannot import the model: ${first.path} ${first.rule}${more}`, {
    errors: faults.slice(0, MAX_FAULTS),
  });
}

/** After so many nobody reads on. */
const MAX_FAULTS = 20;
