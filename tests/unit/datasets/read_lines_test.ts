import { assertEquals } from "@std/assert";
import { readLines } from "../../../src/datasets/read_lines.ts";

async function lines(text: string, chunk: number) {
  const bytes = new TextEncoder().encode(text);
  async function* source() {
    for (let at = 0; at < bytes.length; at += chunk) {
      await Promise.resolve();
      yield bytes.subarray(at, at + chunk);
    }
  }
  return await Array.fromAsync(readLines(source()));
}

Deno.test("lines are found whatever the chunks, with their places in bytes", async () => {
  for (const chunk of [1, 2, 3, 5, 100]) {
    assertEquals(await lines("a\n\nzwölf\nend", chunk), [
      { text: "a", start: 0, end: 2 },
      { text: "", start: 2, end: 3 },
      { text: "zwölf", start: 3, end: 10 },
      { text: "end", start: 10, end: 13 },
    ]);
    assertEquals((await lines("a\nb\n", chunk)).map((line) => line.text), ["a", "b"]);
    assertEquals(await lines("", chunk), []);
  }
});
