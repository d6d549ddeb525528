import { assert, assertEquals } from "@std/assert";
import { recipePreset } from "../../src/schemas/recipe_presets.ts";
import { assertProblem, PIXEL_BYTES, testApp } from "../support/http_client.ts";

const PATH = "/v1/datasets/dots/preview";

async function appWithDots() {
  const app = testApp();
  await app.send("POST", "/v1/datasets?name=dots", {
    headers: { "content-type": "application/octet-stream" },
    body: PIXEL_BYTES,
  });
  return app;
}

Deno.test("a preview is a PNG of what training would see by default", async () => {
  const { send, services } = await appWithDots();
  const response = await send("GET", PATH);
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "image/png");
  assertEquals(await response.bytes(), PIXEL_BYTES);
  assertEquals(services.embedder.lastPreview, {
    images: [PIXEL_BYTES],
    // There are not four.
    indices: [0],
    preprocessing: { size: 28, channels: 1, mean: 0.5, standardDeviation: 0.25 },
    augment: recipePreset("simclr-gray").augment,
    views: 6,
    seed: 0,
  });
});

Deno.test("query and body ask for the same", async () => {
  const { send, services } = await appWithDots();
  const recipe = { preset: "rotation", augment: { blur: { sigma: [1, 2] }, crop: null } };
  const rest = { views: 3, seed: 7, imageSize: 40, channels: 3 };
  const query = new URLSearchParams({
    recipe: JSON.stringify(recipe),
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
  });
  assertEquals((await send("GET", `${PATH}?${query}`)).status, 200);
  const byQuery = services.embedder.lastPreview;
  assertEquals((await send("POST", PATH, { json: { recipe, ...rest } })).status, 200);
  assertEquals(services.embedder.lastPreview, byQuery);
  assertEquals(byQuery?.augment, {
    ...recipePreset("rotation").augment,
    blur: { probability: 0.5, sigma: [1, 2] },
    crop: null,
  });
  assertEquals([byQuery?.preprocessing.size, byQuery?.preprocessing.channels], [40, 3]);
  assertEquals([byQuery?.views, byQuery?.seed], [3, 7]);
  assertEquals((await send("GET", `${PATH}?recipe=jigsaw`)).status, 200);
  assertEquals(services.embedder.lastPreview?.augment, recipePreset("jigsaw").augment);
});

Deno.test("a preview that cannot be is refused by field", async () => {
  const { send, services } = await appWithDots();
  const cases: [string, string, RegExp | string, unknown][] = [
    ["items=17", "items", "must be at most 16", 17],
    ["items=0", "items", "must be at least 1", 0],
    ["views=13", "views", "must be at most 12", 13],
    ["views=x", "views", "must be a whole number of at most 16 digits", "x"],
    ["seed=4294967296", "seed", "must be at most 4294967295", 4294967296],
    ["imageSize=7", "imageSize", "must be at least 8", 7],
    ["channels=2", "channels", 'must be one of "1", "3"', "2"],
    ["recipe=simclr", "recipe", /^must be one of "simclr-cifar", /, "simclr"],
    ["recipe={", "recipe", "must be a preset's name or JSON", "{"],
    [
      'recipe={"augment":{"cutout":{"size":[0.5,2]}}}',
      "recipe.augment.cutout.size[1]",
      "must be at most 1",
      2,
    ],
    [
      'recipe={"augment":{"blur":{"sigma":[2,1]}}}',
      "recipe.augment.blur.sigma",
      "must be a range [low, high] with low <= high",
      "[2,1]",
    ],
    [
      'recipe={"augment":{"noise":{"sgima":1}}}',
      "recipe.augment.noise.sgima",
      "is not a known field",
      1,
    ],
    ["colour=1", "colour", "is not a known field", "1"],
  ];
  for (const [query, path, rule, value] of cases) {
    const response = await send("GET", `${PATH}?${encodeURI(query)}`);
    await assertProblem(response, { status: 422, path, rule, value });
  }
  const body = { recipe: { augment: { sobel: 1.5 } } };
  await assertProblem(await send("POST", PATH, { json: body }), {
    status: 422,
    path: "recipe.augment.sobel",
    rule: "must be at most 1",
    value: 1.5,
  });
  await assertProblem(
    await send("POST", PATH, { json: { recipe: { optimizer: { momentum: 0.5 } } } }),
    {
      status: 422,
      path: "recipe.optimizer.momentum",
      rule: /^is not a field of adam/,
      value: 0.5,
    },
  );
  await assertProblem(await send("GET", "/v1/datasets/none/preview"), { status: 404 });
  assertEquals(services.embedder.lastPreview, null);
});

Deno.test("a picture that would be too large to draw is refused", async () => {
  const { send, services } = testApp();
  await send("POST", "/v1/datasets?name=many", { body: PIXEL_BYTES });
  const many = { ...(await services.datasets.get("many")), count: 16 };
  services.datasets.get = () => Promise.resolve(many);
  const query = "items=16&views=12&imageSize=512";
  await assertProblem(await send("GET", `/v1/datasets/many/preview?${query}`), {
    status: 422,
    path: "imageSize",
    rule: /at most 16777216 are drawn$/,
    value: 512,
  });
});

Deno.test("recipes are listed with every value and its source", async () => {
  const response = await testApp().send("GET", "/v1/recipes");
  assertEquals(response.status, 200);
  const { object, data } = await response.json();
  assertEquals(object, "list");
  for (const { name, about, recipe, sources } of data) {
    assertEquals(recipe, recipePreset(name));
    assert(about.length > 0 && Object.keys(sources).length > 0, name);
  }
});
