import { assertEquals, assertRejects } from "@std/assert";
import { type FieldError, NotFoundError } from "../../../src/errors.ts";
import { resolveBeginning } from "../../../src/jobs/resolve_beginning.ts";
import { TrainRequest } from "../../../src/schemas/train.ts";
import { fakeModel } from "../../support/models.ts";

const model = fakeModel(1);
const models = {
  resolve: (reference: string) =>
    reference === model.name
      ? Promise.resolve(model)
      : Promise.reject(new NotFoundError(`Cannot find the model: ${reference}`)),
};
const SAME = { name: "simclr", temperature: 0.5, projectionHidden: 16, projectionDimension: 8 };

async function resolve(body: Record<string, unknown>) {
  const request = TrainRequest.parse({ type: "train", dataset: "digits", ...body });
  const objectives = [request.objective, ...request.heads.map(({ objective }) => objective)]
    .map((spec) => ({ spec }));
  const faults: FieldError[] = [];
  return { resolved: await resolveBeginning(request, objectives, models, faults), faults };
}

Deno.test("a request without `from` begins from fresh weights", async () => {
  assertEquals(await resolve({}), { resolved: null, faults: [] });
});

Deno.test("a model's name alone brings its encoder and preprocessing, nothing frozen", async () => {
  const { encoder, preprocessing } = model.spec;
  const { id, name, digest } = model;
  assertEquals(await resolve({ from: name }), {
    resolved: {
      from: { model: id, name, digest, frozen: 0, heads: [] },
      encoder,
      preprocessing,
    },
    faults: [],
  });
});

Deno.test("the same encoder and preprocessing may be given again", async () => {
  const { faults } = await resolve({
    from: { model: model.name, frozen: 4 },
    encoder: { name: "small_conv", width: 4 },
    imageSize: 8,
    channels: 1,
  });
  assertEquals(faults, []);
});

Deno.test("images may be of another size; what else is done to them is the model's", async () => {
  const { resolved, faults } = await resolve({ from: model.name, imageSize: 48 });
  assertEquals(resolved?.preprocessing, { ...model.spec.preprocessing, size: 48 });
  assertEquals(faults, []);
});

Deno.test("what contradicts the model is refused, naming both", async () => {
  const { faults } = await resolve({
    from: { model: model.name, frozen: 5 },
    encoder: "resnet14",
    channels: 3,
  });
  const rule = (has: string, given: string) =>
    `must be left out, or be ${has} as of the model model-1, which it is to begin from; it is ` +
    given;
  assertEquals(faults, [
    {
      path: "encoder",
      rule: rule("small_conv of width 4", "resnet14 of width 16"),
      value: { name: "resnet14", width: 16 },
    },
    { path: "channels", rule: rule("1", "3"), value: 3 },
    {
      path: "from.frozen",
      rule: "must be at most 4: so many stages small_conv has",
      value: 5,
    },
  ]);
});

Deno.test("heads are those of objectives with the same options", async () => {
  const from = { model: model.name, heads: true };
  const { resolved, faults } = await resolve({
    from,
    objective: "rotation",
    heads: [{ objective: SAME }],
  });
  assertEquals([resolved?.from.heads, faults], [["simclr"], []]);
  const other = await resolve({ from, objective: { ...SAME, projectionDimension: 4 } });
  assertEquals(other.faults.map(({ path }) => path), ["from.heads"]);
});

Deno.test("a model that is none is not found, by the field that names it", async () => {
  const error = await assertRejects(() => resolve({ from: "nobody" }), NotFoundError);
  assertEquals(error.errors[0]?.path, "from.model");
});
