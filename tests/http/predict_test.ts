import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ObjectiveName } from "../../src/schemas/objective.ts";
import { FrameOrderResponse } from "../../src/schemas/predict/frame_order.ts";
import { DenoiseResponse } from "../../src/schemas/predict/denoise.ts";
import { InpaintResponse } from "../../src/schemas/predict/inpaint.ts";
import { JigsawResponse } from "../../src/schemas/predict/jigsaw.ts";
import { ReconstructResponse } from "../../src/schemas/predict/reconstruct.ts";
import { RelativePositionResponse } from "../../src/schemas/predict/relative_position.ts";
import { RotationResponse } from "../../src/schemas/predict/rotation.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import {
  assertProblem,
  jsonOf,
  PIXEL,
  PIXEL_BYTES,
  PIXEL_URI,
  testApp,
} from "../support/http_client.ts";

async function withModel(...objectives: ObjectiveName[]) {
  const test = testApp();
  const model = test.services.models.add(fakeModel("cats", objectives));
  await test.services.models.setAlias("default", model.id);
  return { ...test, model };
}

const png = { headers: { "content-type": "image/png" }, body: PIXEL_BYTES };

Deno.test("rotation says how far each image is turned", async () => {
  const { send, model } = await withModel("rotation");
  const url = "/v1/predict/rotation";
  const one = await jsonOf(await send("POST", url, { json: { input: PIXEL } }));
  RotationResponse.parse(one);
  assertEquals(one.digest, model.digest);
  assertEquals(one.data, [{
    index: 0,
    degrees: 90,
    probabilities: { "0": 0.1, "90": 0.7, "180": 0.1, "270": 0.1 },
  }]);
  const two = await jsonOf(await send("POST", url, { json: { input: [PIXEL, PIXEL_URI] } }));
  assertEquals(two.data.map(({ index }: { index: number }) => index), [0, 1]);
  assertEquals(await jsonOf(await send("POST", `${url}?model=cats`, png)), one);
  const form = new FormData();
  form.append("image", new Blob([PIXEL_BYTES]), "a.png");
  assertEquals(await jsonOf(await send("POST", url, { body: form })), one);
});

Deno.test("jigsaw says the order of the tiles, and gives the image with its tiles put back", async () => {
  const { send } = await withModel("jigsaw");
  const url = "/v1/predict/jigsaw";
  const answer = await jsonOf(await send("POST", url, { json: { input: PIXEL } }));
  JigsawResponse.parse(answer);
  assertEquals(answer.permutation, [1, 0, 3, 2]);
  assertEquals(answer.shuffled, null);
  assertEquals(answer.restored, PIXEL_URI);
  assertEquals(await jsonOf(await send("POST", url, png)), answer);
});

Deno.test("an intact image is shuffled first, by a given permutation or a drawn one", async () => {
  const { send } = await withModel("jigsaw");
  const url = "/v1/predict/jigsaw";
  const shuffled = async (shuffle: unknown) =>
    (await jsonOf(await send("POST", url, { json: { input: PIXEL, shuffle } }))).shuffled;
  assertEquals(await shuffled(5), 5);
  assertEquals(await shuffled(false), null);
  const drawn = new Set<number>();
  for (let i = 0; i < 50; i++) drawn.add(await shuffled(true));
  assert(drawn.size > 1);
  assert([...drawn].every((index) => Number.isInteger(index) && index >= 0 && index < 24));
  assertEquals((await jsonOf(await send("POST", `${url}?shuffle=3`, png))).shuffled, 3);
  assertEquals((await jsonOf(await send("POST", `${url}?shuffle=false`, png))).shuffled, null);
});

Deno.test("a model without the head is a conflict", async () => {
  const { send } = await withModel("simclr");
  for (const route of ["rotation", "jigsaw"]) {
    for (const extra of route === "jigsaw" ? [{}, { shuffle: true }] : [{}]) {
      await assertProblem(
        await send("POST", `/v1/predict/${route}`, { json: { input: PIXEL, ...extra } }),
        { status: 409, code: "conflict" },
      );
    }
  }
});

Deno.test("bad input to a prediction is named", async () => {
  const { send } = await withModel("rotation", "jigsaw");
  const cases: [string, object, string, RegExp][] = [
    ["rotation", {}, "input", /must be given/],
    ["rotation", { input: [] }, "input", /at least 1/],
    ["rotation", { input: [PIXEL, "text"] }, "input[1]", /must be a JPEG/],
    ["rotation", { input: "text" }, "input", /must be a JPEG/],
    ["rotation", { input: PIXEL, shuffle: 1 }, "shuffle", /known field/],
    ["rotation", { input: PIXEL, model: "../x" }, "model", /letter or digit/],
    ["jigsaw", { input: [PIXEL] }, "input", /must be an image/],
    ["jigsaw", { input: "text" }, "input", /must be a JPEG/],
    ["jigsaw", { input: PIXEL, shuffle: -1 }, "shuffle", /at least 0/],
    ["jigsaw", { input: PIXEL, shuffle: 1000 }, "shuffle", /at most 999/],
    ["jigsaw", { input: PIXEL, shuffle: "yes" }, "shuffle", /true or false or a number/],
    ["jigsaw", { input: PIXEL, shuffle: 0.5 }, "shuffle", /whole number/],
  ];
  for (const [route, json, path, rule] of cases) {
    const url = `/v1/predict/${route}`;
    await assertProblem(await send("POST", url, { json }), { status: 422, path, rule });
  }
  const two = new FormData();
  two.append("input", new Blob([PIXEL_BYTES]), "a.png");
  two.append("input", new Blob([PIXEL_BYTES]), "b.png");
  await assertProblem(await send("POST", "/v1/predict/jigsaw", { body: two }), {
    status: 422,
    path: "input",
    rule: "must have at most 1 file",
    value: 2,
  });
  await assertProblem(
    await send("POST", "/v1/predict/jigsaw", { ...png, body: new Uint8Array([1, 2, 3]) }),
    { status: 422, path: "body", rule: /JPEG/, value: "(3 bytes)" },
  );
});

Deno.test("relative position places an image's patches, or one patch beside another", async () => {
  const { send } = await withModel("relative-position");
  const url = "/v1/predict/relative-position";
  const whole = await jsonOf(await send("POST", url, { json: { input: PIXEL } }));
  RelativePositionResponse.parse(whole);
  assertEquals(whole.data.length, 8);
  // The fake puts every patch at the top right, which one of the eight is.
  assertEquals(whole.data[2], {
    actual: "top-right",
    place: "top-right",
    probabilities: { ...whole.data[2].probabilities, "top-right": 0.9 },
  });
  assertEquals(whole.accuracy, 1 / 8);
  assertEquals(await jsonOf(await send("POST", url, png)), whole);
  const pair = await jsonOf(await send("POST", url, { json: { input: [PIXEL, PIXEL_URI] } }));
  RelativePositionResponse.parse(pair);
  assertEquals(pair.data.map(({ actual }: { actual: unknown }) => actual), [null]);
  assertEquals(pair.accuracy, null);
  for (const input of [[], [PIXEL, PIXEL, PIXEL]]) {
    await assertProblem(await send("POST", url, { json: { input } }), {
      status: 422,
      path: "input",
    });
  }
});

Deno.test("frame order takes three frames or more, or one image that may be animated", async () => {
  const { send } = await withModel("frame-order");
  const url = "/v1/predict/frame-order";
  const three = await jsonOf(
    await send("POST", url, { json: { input: [PIXEL, PIXEL_URI, PIXEL] } }),
  );
  FrameOrderResponse.parse(three);
  assertEquals([three.frames, three.probability, three.orders], [3, 0.8, null]);
  const form = new FormData();
  for (const name of ["a", "b", "c"]) form.append("input", new Blob([PIXEL_BYTES]), name);
  assertEquals(await jsonOf(await send("POST", url, { body: form })), three);
  assertEquals((await send("POST", url, png)).status, 200);
  for (const input of [[], [PIXEL, PIXEL], Array(33).fill(PIXEL)]) {
    await assertProblem(await send("POST", url, { json: { input } }), {
      status: 422,
      path: "input",
    });
  }
  const two = new FormData();
  for (const name of ["a", "b"]) two.append("input", new Blob([PIXEL_BYTES]), name);
  await assertProblem(await send("POST", url, { body: two }), {
    status: 422,
    path: "input",
    rule: "must be at least 3 frames, or 1 animation",
  });
});

Deno.test("a model without the head is refused with the names of those that have it", async () => {
  const { send, services } = await withModel("simclr");
  const ask = () => send("POST", "/v1/predict/jigsaw", { json: { input: PIXEL } });
  const none = await assertProblem(await ask(), { status: 409, path: "model" });
  assertMatch(none.detail, /no model has one yet: train one with jigsaw/);
  services.models.add(fakeModel("puzzles", ["jigsaw"]));
  const others = await assertProblem(await ask(), { status: 409, path: "model" });
  assertMatch(others.detail, /trained with simclr only; these have: puzzles/);
});

Deno.test("reconstruct gives each image back, with how near it is", async () => {
  const url = "/v1/predict/reconstruct";
  for (const head of ["autoencoder", "denoising-autoencoder", "stacked-denoising-autoencoder"]) {
    const { send } = await withModel(head as ObjectiveName);
    const answer = await jsonOf(await send("POST", url, { json: { input: [PIXEL, PIXEL_URI] } }));
    ReconstructResponse.parse(answer);
    assertEquals(answer.data[1], { index: 1, image: PIXEL_URI, size: 1, psnr: 20 });
    assertEquals((await jsonOf(await send("POST", url, png))).data.length, 1);
  }
});

Deno.test("denoise takes noise off; what was added first is shown and measured", async () => {
  const { send } = await withModel("denoising-autoencoder");
  const url = "/v1/predict/denoise";
  const ask = async (json: object) => {
    const answer = await jsonOf(await send("POST", url, { json: { input: PIXEL, ...json } }));
    return DenoiseResponse.parse(answer);
  };
  assertEquals((await ask({})).added, null);
  assertEquals((await ask({ addNoise: 7 })).added, {
    seed: 7,
    kind: "gaussian",
    level: 0.2,
    noisy: PIXEL_URI,
    psnr: { noisy: 14, denoised: 20 },
  });
  const drawn = await Promise.all([1, 2, 3].map(async () => (await ask({ addNoise: true })).added));
  assertEquals(new Set(drawn.map((added) => added!.seed)).size, 3);
  assertEquals((await jsonOf(await send("POST", `${url}?addNoise=3`, png))).added.seed, 3);
  const pepper = { noiseKind: "salt-and-pepper", noiseLevel: 0.4 };
  const other = (await ask({ addNoise: 7, ...pepper })).added!;
  assertEquals([other.kind, other.level], ["salt-and-pepper", 0.4]);
  const query = "addNoise=7&noiseKind=salt-and-pepper&noiseLevel=0.4";
  assertEquals((await jsonOf(await send("POST", `${url}?${query}`, png))).added, other);
  // Without noise there is nothing that they could be of.
  for (const [field, value] of Object.entries(pepper)) {
    const response = await send("POST", url, { json: { input: PIXEL, [field]: value } });
    await assertProblem(response, { status: 422, path: field });
  }
  for (const fault of ["noiseKind=fog", "noiseLevel=0", "noiseLevel=1e9", "noiseLevel="]) {
    await assertProblem(await send("POST", `${url}?addNoise=7&${fault}`, png), {
      status: 422,
      path: fault.split("=")[0]!,
    });
  }
  for (const addNoise of [-1, 0.5, 2 ** 32, "yes"]) {
    await assertProblem(await send("POST", url, { json: { input: PIXEL, addNoise } }), {
      status: 422,
      path: "addNoise",
    });
  }
});

Deno.test("inpaint fills a hole, by JSON or by a form", async () => {
  const { send } = await withModel("context-encoder");
  const url = "/v1/predict/inpaint";
  const answer = await jsonOf(await send("POST", url, { json: { input: PIXEL, mask: PIXEL_URI } }));
  InpaintResponse.parse(answer);
  assertEquals(answer.hole, 0.25);
  const form = new FormData();
  form.append("mask", new Blob([PIXEL_BYTES]), "mask.png");
  form.append("input", new Blob([PIXEL_BYTES]), "image.png");
  form.append("model", "cats");
  assertEquals(await jsonOf(await send("POST", url, { body: form })), answer);
  const cases: [object, string, RegExp][] = [
    [{ input: PIXEL }, "mask", /must be an image/],
    [{ mask: PIXEL }, "input", /must be an image/],
    [{ input: PIXEL, mask: "text" }, "mask", /must be a JPEG/],
    [{ input: PIXEL, mask: [PIXEL] }, "mask", /must be an image/],
    [{ input: PIXEL, mask: btoa("not an image at all") }, "mask", /must be a JPEG/],
  ];
  for (const [json, path, rule] of cases) {
    await assertProblem(await send("POST", url, { json }), { status: 422, path, rule });
  }
  form.append("mask", new Blob([PIXEL_BYTES]), "mask.png");
  await assertProblem(await send("POST", url, { body: form }), {
    status: 422,
    path: "mask",
    rule: /must be given once/,
  });
  await assertProblem(await send("POST", url, png), { status: 415, path: "Content-Type" });
  const json = { input: PIXEL, mask: PIXEL };
  await assertProblem(await send("POST", `${url}?model=cats`, { json }), {
    status: 422,
    path: "model",
  });
});

Deno.test("restoring is refused by models that cannot, with what would do", async () => {
  const { send } = await withModel("autoencoder");
  const needs: [string, object, RegExp][] = [
    ["denoise", { input: PIXEL }, /head of denoising-autoencoder or stacked-denoising-autoencoder/],
    ["inpaint", { input: PIXEL, mask: PIXEL }, /head of context-encoder/],
  ];
  for (const [route, json, rule] of needs) {
    await assertProblem(await send("POST", `/v1/predict/${route}`, { json }), {
      status: 409,
      path: "model",
      rule,
    });
  }
});
