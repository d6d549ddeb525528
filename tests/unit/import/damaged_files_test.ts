import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InvalidError } from "../../../src/errors.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import { PIXEL_BYTES } from "../../support/http_client.ts";
import { withImporter } from "../../support/importing.ts";
import { alikeFile, forged, travellingModel } from "../../support/travelling_model.ts";

await selectBackend("wasm");
const { model, weights } = await travellingModel();
const file = await alikeFile({ model, weights });
const headLength = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));

const bytes = (text: string) => new TextEncoder().encode(text);

/** A file with that JSON as its header, and no numbers. */
function headed(json: string): Uint8Array<ArrayBuffer> {
  const text = bytes(json);
  const made = new Uint8Array(8 + text.length);
  new DataView(made.buffer).setBigUint64(0, BigInt(text.length), true);
  made.set(text, 8);
  return made;
}

function flipped(at: number): Uint8Array<ArrayBuffer> {
  const changed = file.slice();
  changed[at]! ^= 1;
  return changed;
}

/** The file's header, changed as text. */
function reheaded(change: (header: Record<string, Record<string, unknown>>) => void) {
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, headLength)));
  change(header);
  return headed(JSON.stringify(header));
}

const { tensors } = decodeSafetensors(file);
type Change = Parameters<typeof forged>[1];
const spoilt = (change: Change, options?: { digest: boolean }) => forged(file, change, options);

/** What is sent, and which field and rule the refusal names. */
const CASES: [
  string,
  Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>,
  string,
  RegExp,
][] = [
  ["nothing", new Uint8Array(), "body", /\.alike file/],
  ["three bytes", bytes("abc"), "body", /\.alike file/],
  ["a picture", PIXEL_BYTES, "body", /\.alike file/],
  ["JSON", bytes('{"name": "cats", "digest": "x"}'), "body", /\.alike file/],
  ["a long text", bytes("x".repeat(100_000)), "body", /\.alike file/],
  ["zeros", new Uint8Array(1000), "body", /\.alike file/],
  ["a header without end", headed("{}").map((b, i) => i === 7 ? 1 : b), "body", /at most/],
  ["a cut-off header", file.slice(0, headLength - 10), "body", /come whole/],
  ["no JSON", headed("{hello"), "header", /must be JSON/],
  ["no metadata", headed("{}"), "__metadata__", /object of texts/],
  ["metadata of numbers", headed('{"__metadata__":{"a":1}}'), "__metadata__", /texts/],
  ["plain weights", weights, "__metadata__.alike", /format=alike/],
  [
    "a manifest that is no JSON",
    encodeSafetensors({ tensors, metadata: { alike: "{" } }),
    "__metadata__.alike",
    /must be JSON/,
  ],
  [
    "a manifest that is a list",
    encodeSafetensors({ tensors, metadata: { alike: "[]" } }),
    "__metadata__.alike",
    /must be an object/,
  ],
  [
    "an empty manifest",
    encodeSafetensors({ tensors, metadata: { alike: "{}" } }),
    "version",
    /must be 1/,
  ],
  [
    "another version",
    spoilt(({ manifest }) => Object.assign(manifest, { version: 2 })),
    "version",
    /must be 1, the version/,
  ],
  ["a cut-off last number", file.slice(0, -1), "body", /bytes of weights/],
  ["no numbers at all", file.slice(0, headLength), "body", /bytes of weights/],
  ["a byte too many", new Uint8Array([...file, 0]), "body", /bytes of weights/],
  ["a flipped bit in the weights", flipped(file.length - 5), "digest", /that of spec and weights/],
  [
    "other preprocessing",
    spoilt(({ manifest }) => void (manifest.spec.preprocessing.mean = 0.1), { digest: false }),
    "digest",
    /that of spec and weights/,
  ],
  [
    "other preprocessing with a digest that fits",
    spoilt(({ manifest }) => void (manifest.spec.preprocessing.mean = 0.1)),
    "golden[0].embedding",
    /must be what this service computes/,
  ],
  [
    "a golden number that is a little off",
    spoilt(({ manifest }) => void (manifest.golden[2]!.embedding[3]! += 2e-3)),
    "golden[2].embedding",
    /must be what this service computes/,
  ],
  [
    "a golden vector that is too short",
    spoilt(({ manifest }) => void manifest.golden[1]!.embedding.pop()),
    "golden[1].embedding",
    /must have 32 numbers/,
  ],
  [
    "a golden picture that is none",
    spoilt(({ manifest }) => void (manifest.golden[1]!.image = btoa("hello"))),
    "golden[1].image",
    /image/,
  ],
  [
    "no golden vectors",
    spoilt(({ manifest }) => void (manifest.golden = [])),
    "golden",
    /at least one/,
  ],
  [
    "a weight that is missing",
    spoilt(({ tensors }) => void tensors.delete("encoder/norm1/mean")),
    'weights["encoder/norm1/mean"]',
    /must be given/,
  ],
  [
    "a weight too many",
    spoilt(({ tensors }) =>
      void tensors.set("__proto__", { shape: [2], data: new Float32Array(2) })
    ),
    'weights["__proto__"]',
    /no weight of the model/,
  ],
  [
    "a weight of another shape",
    spoilt(({ tensors }) => void (tensors.get("encoder/conv0/kernel")!.shape = [9, 1, 3, 4])),
    'weights["encoder/conv0/kernel"].shape',
    /must be \[3,3,3,4\]/,
  ],
  [
    "another encoder",
    spoilt(({ manifest }) => void (manifest.spec.encoder = { name: "resnet8", width: 8 })),
    'weights["encoder/stem/kernel"]',
    /must be given/,
  ],
  [
    "other dimensions",
    spoilt(({ manifest }) => {
      manifest.spec.dimensions = 31;
      for (const { embedding } of manifest.golden) embedding.pop();
    }),
    "spec.dimensions",
    /must be 32/,
  ],
  [
    "a spec with more than we know",
    spoilt(({ manifest }) => Object.assign(manifest.spec.preprocessing, { gamma: 2.2 })),
    "spec.preprocessing.gamma",
    /not a known field/,
  ],
  [
    "a spec with a field of a later version",
    spoilt(({ manifest }) => Object.assign(manifest.spec, { quantised: true })),
    "spec.quantised",
    /not a known field/,
  ],
  [
    "a head twice",
    spoilt(({ manifest: { spec } }) => void spec.objectives.push(spec.objectives[0]!)),
    "spec.objectives[1].name",
    /twice/,
  ],
  [
    "a name that is none",
    spoilt(({ manifest }) => void (manifest.name = "../x")),
    "name",
    /must start with/,
  ],
  [
    "a card without its figures",
    spoilt(({ manifest }) => void delete (manifest.card as Partial<typeof manifest.card>).steps),
    "card.steps",
    /must be given/,
  ],
  [
    "half precision",
    reheaded((header) => void (header["encoder/conv0/kernel"]!["dtype"] = "F16")),
    'weights["encoder/conv0/kernel"].dtype',
    /must be F32/,
  ],
  [
    "an entry that is none",
    reheaded((header) => void Object.assign(header, { "encoder/conv0/kernel": null })),
    'weights["encoder/conv0/kernel"].dtype',
    /must be F32/,
  ],
  [
    "a shape that is none",
    reheaded((header) => void (header["encoder/conv0/kernel"]!["shape"] = [-1, 0.5])),
    'weights["encoder/conv0/kernel"].shape',
    /whole numbers/,
  ],
  [
    "weights that overlap",
    reheaded((header) => void (header["encoder/norm0/gamma"]!["data_offsets"] = [0, 16])),
    'weights["encoder/norm0/gamma"].data_offsets',
    /must be \[/,
  ],
  [
    "offsets that are none",
    reheaded((header) => void (header["encoder/norm0/gamma"]!["data_offsets"] = "all")),
    'weights["encoder/norm0/gamma"].data_offsets',
    /must be \[/,
  ],
];

for (const [what, sent, path, rule] of CASES) {
  Deno.test(`refused by name, and nothing is left: ${what}`, async () => {
    const body = await sent;
    await withImporter(async ({ send, nothingLeft }) => {
      const error = await assertRejects(() => send(body), InvalidError);
      const fault = (error as InvalidError).errors.find((fault) => fault.path === path);
      assert(fault !== undefined, JSON.stringify((error as InvalidError).errors));
      assertMatch(fault.rule, rule);
      await nothingLeft();
    });
  });
}

Deno.test("any bit that is flipped is noticed, or changes nothing that counts", async () => {
  await withImporter(async ({ send }) => {
    for (let at = 0; at < file.length; at += Math.floor(file.length / 60)) {
      const outcome = await send(flipped(at)).catch((error) => error);
      if (outcome instanceof InvalidError) continue;
      // What is said of a model (its card, its name) is not in the digest.
      assertEquals(outcome.model?.digest, model.digest, `byte ${at}: ${outcome}`);
    }
  });
});
