import { assertEquals, assertRejects } from "@std/assert";
import { isMultipart, readMultipart } from "../../../src/datasets/read_multipart.ts";
import { AlikeError, CorruptError, InvalidError, TooLargeError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import { streamOf } from "../../support/dataset_fixture.ts";
import { makeForm } from "../../support/make_form.ts";
import { makePixels } from "../../support/make_image.ts";

async function read(form: { body: Uint8Array; contentType: string }, chunk?: number) {
  const members: { name: string; bytes: Uint8Array }[] = [];
  for await (const { name, body } of readMultipart(streamOf(form.body, chunk), form.contentType)) {
    members.push({ name, bytes: concatBytes(await Array.fromAsync(body)) });
  }
  return members;
}

const a = makePixels({ width: 20, height: 13, seed: 1 });
const big = makePixels({ width: 300, height: 300, seed: 2 });

Deno.test("files come in order with their paths, fields and empty inputs do not come", async () => {
  const form = makeForm([
    { field: "name", bytes: new TextEncoder().encode("value") },
    { name: "pets/cat/a.jpg", bytes: a },
    { name: "", bytes: new Uint8Array() },
    { name: "größe 🦉.jpg", bytes: big, type: "image/jpeg" },
    { name: "empty" },
    { name: "last", bytes: concatBytes([new TextEncoder().encode("\r\n--\r\n----"), a]) },
  ]);
  for (const chunk of [7, 64, 1000, form.body.length]) {
    assertEquals(await read(form, chunk), [
      { name: "pets/cat/a.jpg", bytes: a },
      { name: "größe 🦉.jpg", bytes: big },
      { name: "empty", bytes: new Uint8Array() },
      { name: "last", bytes: concatBytes([new TextEncoder().encode("\r\n--\r\n----"), a]) },
    ]);
  }
});

Deno.test("a form as the platform makes it is read", async () => {
  const data = new FormData();
  for (let i = 0; i < 40; i++) data.append("files", new File([a], `cat/${i}.jpg`));
  const request = new Request("http://localhost", { method: "POST", body: data });
  const body = new Uint8Array(await request.arrayBuffer());
  const members = await read({ body, contentType: request.headers.get("content-type")! });
  assertEquals(
    members.map(({ name }) => name),
    Array.from({ length: 40 }, (_, i) => `cat/${i}.jpg`),
  );
  assertEquals(members.every(({ bytes }) => bytes.length === a.length), true);
});

Deno.test("members that are not read, or not to their end, are passed over", async () => {
  const { body, contentType } = makeForm([
    { name: "a", bytes: big },
    { name: "b", bytes: big },
    { name: "c", bytes: big },
  ]);
  const names: string[] = [];
  for await (const member of readMultipart(streamOf(body), contentType)) {
    names.push(member.name);
    if (member.name === "b") { for await (const _ of member.body) break; }
  }
  assertEquals(names, ["a", "b", "c"]);
});

Deno.test("a large file is not taken in faster than it is read", async () => {
  const { body, contentType } = makeForm([{ name: "a", bytes: new Uint8Array(4_000_000) }]);
  let sent = 0;
  async function* source() {
    for await (const chunk of streamOf(body, 50_000)) {
      sent += chunk.length;
      yield chunk;
    }
  }
  let most = 0;
  let got = 0;
  for await (const member of readMultipart(source(), contentType)) {
    for await (const chunk of member.body) {
      got += chunk.length;
      await new Promise((done) => setTimeout(done, 0));
      most = Math.max(most, sent - got);
    }
  }
  assertEquals(got, 4_000_000);
  assertEquals(most < 500_000, true, `${most} bytes ahead`);
});

Deno.test("a form without files has no members", async () => {
  assertEquals(await read(makeForm([{ field: "x", bytes: a }])), []);
  assertEquals(await read(makeForm([])), []);
});

Deno.test("a form that is cut off is corrupt, wherever", async () => {
  const { body, contentType } = makeForm([{ name: "a", bytes: big }, { name: "b", bytes: a }]);
  for (const length of [0, 10, 60, 200, 5000, 100_000, body.length - 500, body.length - 12]) {
    const form = { body: body.slice(0, length), contentType };
    await assertRejects(() => read(form), CorruptError, "form");
  }
});

Deno.test("a body that is no form is corrupt, and a form without boundary invalid", async () => {
  const { contentType } = makeForm([]);
  await assertRejects(() => read({ body: big, contentType }), CorruptError);
  await assertRejects(() => read({ body: big, contentType: "multipart/form-data" }), InvalidError);
});

Deno.test("headers beyond all measure do not add up in memory", async () => {
  const { contentType } = makeForm([]);
  const start = `------alike0123456789\r\nX: ${"x".repeat(1_000_000)}`;
  const body = new TextEncoder().encode(start);
  await assertRejects(() => read({ body, contentType }), CorruptError);
});

Deno.test("what the source throws comes through", async () => {
  const { body, contentType } = makeForm([{ name: "a", bytes: big }]);
  async function* source() {
    await Promise.resolve();
    yield body.subarray(0, 50_000);
    throw new TooLargeError("Cannot go on: too much");
  }
  await assertRejects(
    async () => {
      for await (const member of readMultipart(source(), contentType)) {
        await Array.fromAsync(member.body);
      }
    },
    TooLargeError,
    "too much",
  );
});

Deno.test("a form is told by its content type", () => {
  for (const type of ["multipart/form-data; boundary=x", "Multipart/Form-Data;boundary=x"]) {
    assertEquals(isMultipart(type), true);
  }
  for (const type of [undefined, "", "multipart/mixed; boundary=x", "multipart/form-datax"]) {
    assertEquals(isMultipart(type), false);
  }
});

Deno.test("forms with random damage end in members or in a named error", async () => {
  const { body, contentType } = makeForm([
    { name: "a", bytes: a },
    { field: "x", bytes: a },
    { name: "b", bytes: a },
  ]);
  const random = new Random(13).stream("damage");
  for (let time = 0; time < 200; time++) {
    const damaged = body.slice(0, time % 2 ? body.length : random.integer(body.length));
    const heads = [0, 1000, 1900];
    for (let i = 0; i < 1 + time % 4 && damaged.length > 0; i++) {
      const at = (heads[i % 3]! + random.integer(200)) % damaged.length;
      damaged[at] = random.integer(256);
    }
    try {
      await read({ body: damaged, contentType });
    } catch (error) {
      if (!(error instanceof AlikeError)) throw error;
    }
  }
});
