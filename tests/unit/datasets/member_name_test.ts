import { assert, assertEquals } from "@std/assert";
import { judgeName } from "../../../src/datasets/member_name.ts";

Deno.test("plain names are used, with single slashes and without dots between them", () => {
  for (
    const [name, use] of [
      ["cat/1.jpg", "cat/1.jpg"],
      ["./cat/1.jpg", "cat/1.jpg"],
      ["cat//./1.jpg", "cat/1.jpg"],
      ["Ünïcode 🦉/猫.jpg", "Ünïcode 🦉/猫.jpg"],
      ["a..b/c...jpg", "a..b/c...jpg"],
      ["x", "x"],
      ["no extension", "no extension"],
      ["a".repeat(512), "a".repeat(512)],
    ]
  ) assertEquals(judgeName(name!), { use: use! });
});

Deno.test("names that try to get out, or hide something, are refused", () => {
  for (
    const name of [
      "/etc/passwd",
      "//x",
      "../x",
      "a/../../x",
      "a/..",
      "..",
      "./../x",
      "C:\\x",
      "C:/x",
      "c:x",
      "a\\b.jpg",
      "..\\x",
      "a\0.jpg",
      "a\nb.jpg",
      "\x1b[31m.jpg",
      "a\x7f",
      "a".repeat(513),
      "é".repeat(257),
      "../.DS_Store",
      "__proto__/x.jpg",
    ] // deno-fmt-ignore
  ) assert("refuse" in judgeName(name), JSON.stringify(name));
});

Deno.test("what systems leave beside the items is ignored", () => {
  for (
    const name of [
      "",
      ".",
      "./",
      "/".slice(1),
      ".DS_Store",
      "cat/.DS_Store",
      "__MACOSX/cat/._1.jpg",
      "cat/Thumbs.db",
      "desktop.ini",
      ".git/config",
      "cat/._1.jpg",
    ] // deno-fmt-ignore
  ) assertEquals(judgeName(name), { ignore: true }, JSON.stringify(name));
});
