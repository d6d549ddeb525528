import { assert, assertEquals } from "@std/assert";
import { decodeImageText } from "../../../src/images/image_text.ts";

const bytes = Uint8Array.of(1, 2, 3, 255);
const base64 = bytes.toBase64();

Deno.test("data URIs of images and bare base64 are bytes", () => {
  for (
    const text of [
      base64,
      `data:image/png;base64,${base64}`,
      `DATA:IMAGE/SVG+XML;BASE64,${base64}`,
      `data:image/x-portable-graymap;charset=utf-8;base64,${base64}`,
    ]
  ) assertEquals(decodeImageText(text), bytes);
});

Deno.test("anything else breaks a rule", () => {
  for (
    const [text, rule] of [
      ["", "must not be an empty image"],
      ["data:image/png;base64,", "must not be an empty image"],
      ["not base64", "must be an image: a data URI or base64"],
      ["data:image/png;base64,%41", "must be an image: a data URI or base64"],
      ["data:text/html;base64,AAAA", "must be a data URI of an image in base64"],
      ["data:image/png,AAAA", "must be a data URI of an image in base64"],
      [`data:image/png${"A".repeat(1_000_000)}`, "must be a data URI of an image in base64"],
      ["http://localhost/a.png", "addresses are never fetched"],
      [" HTTPS://example.org", "addresses are never fetched"],
    ]
  ) {
    const broken = decodeImageText(text!);
    assert(
      typeof broken === "string" && broken.includes(rule!),
      `${text!.slice(0, 40)}: ${broken}`,
    );
  }
});
