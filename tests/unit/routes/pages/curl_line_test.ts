import { assertEquals } from "@std/assert";
import { curlLine } from "../../../../routes/pages/assets/curl_line.js";

/** What a shell makes of a line: the arguments that a program gets. */
async function argumentsOf(line: string): Promise<string[]> {
  const script = line.replace(/^curl/, "printf '%s\\0'");
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", script],
    env: { ALIKE_KEY: "secret" },
  }).output();
  return new TextDecoder().decode(stdout).split("\0").slice(0, -1);
}

const url = "http://localhost:8787/v1/models?name=it's&k=$HOME";

Deno.test("a look needs no method; a shell takes nothing in an address for its own", async () => {
  const line = curlLine({ method: "GET", url, headers: {}, body: undefined }, false);
  assertEquals(await argumentsOf(line), [url]);
});

Deno.test("a text is sent as it is, with its headers; the key comes from the environment", async () => {
  const body = `{"name": "it's \\n \`x\`"}\n`;
  const headers = { "content-type": "application/json" };
  const line = curlLine({ method: "PUT", url, headers, body }, true);
  assertEquals(await argumentsOf(line), [
    ...["-X", "PUT", url, "-H", "Authorization: Bearer secret"],
    ...["-H", "content-type: application/json", "-d", body],
  ]);
});

Deno.test("files go by their names, alone or as parts of a form; texts of a form as they are", async () => {
  const file = new File(["x"], "a cat.png");
  const alone = curlLine({ method: "POST", url, headers: {}, body: file }, false);
  assertEquals(await argumentsOf(alone), ["-X", "POST", url, "--data-binary", "@a cat.png"]);
  const parts: [string, string | File][] = [["input", file], ["model", "@default"]];
  const form = curlLine({ method: "POST", url, headers: {}, body: parts }, false);
  assertEquals(await argumentsOf(form), [
    ...["-X", "POST", url, "-F", "input=@a cat.png", "--form-string", "model=@default"],
  ]);
});
