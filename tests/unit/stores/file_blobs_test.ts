import { assert, assertEquals, assertRejects } from "@std/assert";
import { pathToFileURL } from "node:url";
import { UnavailableError } from "../../../src/errors.ts";
import { FileBlobs } from "../../../src/stores/file_blobs.ts";
import { withTempDir } from "../../support/temp_dir.ts";

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("a failed put leaves no temporary file, and a running one is hidden", () =>
  withTempDir(async (folder) => {
    const blobs = await FileBlobs.open(pathToFileURL(folder).href);
    const stream = new TransformStream<Uint8Array, Uint8Array>();
    const writer = stream.writable.getWriter();
    const put = blobs.put("a/b", stream.readable);
    await writer.write(new Uint8Array(3));
    await writer.write(new Uint8Array(3));
    assertEquals(names(`${folder}/a`).length, 1);
    assertEquals(await Array.fromAsync(blobs.list("a")), []);
    assertEquals(await blobs.size("a/b"), undefined);
    await Promise.all([
      assertRejects(() => put, RangeError, "stop"),
      writer.abort(new RangeError("stop")),
    ]);
    assertEquals(names(`${folder}/a`), []);
  }));

Deno.test("what a crash left of a put is deleted at the next start", () =>
  withTempDir(async (folder) => {
    const blobs = await FileBlobs.open(pathToFileURL(folder).href);
    await blobs.put("a/b", new Uint8Array(3));
    await Deno.writeTextFile(`${folder}/a/b~1-2`, "half");
    await Deno.mkdir(`${folder}/c/d`, { recursive: true });
    await Deno.writeTextFile(`${folder}/c/d/e~1-2`, "half");
    await blobs.deleteUnfinished();
    assertEquals(names(`${folder}/a`), ["b"]);
    assertEquals(names(`${folder}/c/d`), []);
  }));

Deno.test("a folder with odd letters in its path is opened by its URL", () =>
  withTempDir(async (folder) => {
    const url = pathToFileURL(`${folder}/a b%20ü#?`).href;
    const blobs = await FileBlobs.open(url);
    await blobs.put("x", new Uint8Array(1));
    assertEquals(names(`${folder}/a b%20ü#?`), ["x"]);
    assertEquals(blobs.url, url);
  }));

Deno.test("a root that is a file is unavailable", () =>
  withTempDir(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await assertRejects(
      () => FileBlobs.open(pathToFileURL(`${folder}/file`).href),
      UnavailableError,
    );
  }));

Deno.test("a link in the folder is not followed by a list", () =>
  withTempDir(async (folder) => {
    await Deno.mkdir(`${folder}/root/a`, { recursive: true });
    await Deno.writeTextFile(`${folder}/secret`, "s");
    await Deno.symlink(folder, `${folder}/root/a/link`);
    const blobs = await FileBlobs.open(pathToFileURL(`${folder}/root`).href);
    assertEquals(await Array.fromAsync(blobs.list("a")), []);
    assert((await Deno.stat(`${folder}/secret`)).isFile);
  }));
