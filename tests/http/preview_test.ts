import { assert, assertEquals } from "@std/assert";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { recipePreset } from "../../src/schemas/recipe_presets.ts";
import { ViewsPreview } from "../../src/schemas/views_preview.ts";
import { assertProblem, jsonOf, PIXEL_BYTES, testApp } from "../support/http_client.ts";

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
    mediaTypes: ["image/png"],
    // There are not four.
    indices: [0],
    preprocessing: { size: 28, channels: 1, mean: 0.5, standardDeviation: 0.25 },
    augment: recipePreset("simclr-gray").augment,
    objective: null,
    frames: null,
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

Deno.test("an objective is asked for by name or with its options, and brings its own recipe", async () => {
  const { send, services } = await appWithDots();
  assertEquals((await send("GET", `${PATH}?objective=rotation`)).status, 200);
  const { objective, augment, views } = services.embedder.lastPreview!;
  assertEquals([objective, views], [{ name: "rotation", rotations: 4 }, 1]);
  assertEquals(augment, recipePreset("rotation").augment);

  const asked = { name: "jigsaw", grid: 3, permutations: 100, gap: 0, jitter: 0.5 };
  const rest = { imageSize: 48, views: 2 };
  const query = `objective=${encodeURIComponent(JSON.stringify(asked))}&imageSize=48&views=2`;
  assertEquals((await send("GET", `${PATH}?${query}`)).status, 200);
  const byQuery = services.embedder.lastPreview;
  const body = { objective: asked, ...rest };
  assertEquals((await send("POST", PATH, { json: body })).status, 200);
  assertEquals(services.embedder.lastPreview, byQuery);
  assertEquals(byQuery?.objective, ObjectiveSpec.parse(asked));
  assertEquals([byQuery?.preprocessing.size, byQuery?.views], [48, 2]);
});

Deno.test("an objective that cannot be shown is refused by field", async () => {
  const { send, services } = await appWithDots();
  const cases: [object, string, RegExp | string, unknown][] = [
    [{ objective: "jigsaws" }, "objective", /^must be one of "simclr", /, "jigsaws"],
    [{ objective: { name: "jigsaw", grid: 4 } }, "objective.grid", /2.*3/, 4],
    [
      { objective: { name: "jigsaw", permutations: 25 } },
      "objective.permutations",
      /^must be at most 24 for a 2×2 grid/,
      25,
    ],
    [{ objective: { name: "rotation", turns: 4 } }, "objective.turns", "is not a known field", 4],
    [
      { objective: "relative-position", imageSize: 16 },
      "imageSize",
      /^must give tiles of at least 8 pixels: 3×3 tiles/,
      16,
    ],
    [
      { objective: "rotation", recipe: { augment: { rotate90: 0.5 } } },
      "recipe.augment.rotate90",
      /^must be 0 with the rotation objective/,
      0.5,
    ],
    [{ format: "gif" }, "format", 'must be one of "png", "json"', "gif"],
  ];
  for (const [json, path, rule, value] of cases) {
    await assertProblem(await send("POST", PATH, { json }), { status: 422, path, rule, value });
  }
  await assertProblem(await send("GET", `${PATH}?objective=jigsaws`), {
    status: 422,
    path: "objective",
    rule: /^must be one of "simclr", /,
    value: "jigsaws",
  });
  await assertProblem(await send("GET", `${PATH}?objective=${encodeURIComponent("{")}`), {
    status: 422,
    path: "objective",
    rule: "must be an objective's name or JSON",
    value: "{",
  });
  assertEquals(services.embedder.lastPreview, null);
});

Deno.test("as JSON, a preview says where each panel is and what it shows", async () => {
  const { send } = await appWithDots();
  const answer = await jsonOf(await send("GET", `${PATH}?objective=simclr&format=json`), 200);
  const { image, ...rest } = ViewsPreview.parse(answer);
  assertEquals(Uint8Array.fromBase64(image.slice(image.indexOf(",") + 1)), PIXEL_BYTES);
  assertEquals(rest, {
    width: 1,
    height: 1,
    rows: [{
      index: 0,
      panels: [{ caption: "original", left: 0, top: 0, width: 1, height: 1 }],
    }],
  });
});

Deno.test("frames of clips are shown for an objective that asks for them only", async () => {
  const { send, services } = await appWithDots();
  const dots = await services.datasets.get("dots");
  services.datasets.get = () => Promise.resolve({ ...dots, kind: "clip" });
  await send("POST", PATH, { json: { objective: { name: "frame-order", frames: 5 } } });
  assertEquals(services.embedder.lastPreview?.frames, 5);
  await send("POST", PATH, { json: { objective: "simclr" } });
  assertEquals(services.embedder.lastPreview?.frames, null);
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
