import { assertEquals } from "@std/assert";
import { TemporaryFile } from "../../../src/datasets/temporary_file.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import { withTempDir } from "../../support/temp_dir.ts";

Deno.test("what is written can be read, and again, and no file is to be seen", () =>
  withTempDir(async (folder) => {
    await using file = await TemporaryFile.create(folder);
    const parts = [300_000, 0, 1, 700_000].map((length, i) => new Uint8Array(length).fill(i));
    for (const part of parts) await file.write(part);
    assertEquals(file.size, 1_000_001);
    if (Deno.build.os !== "windows") {
      assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
    }
    for (let time = 0; time < 2; time++) {
      assertEquals(concatBytes(await Array.fromAsync(file.read())), concatBytes(parts));
    }
  }));
