import { assertEquals, assertRejects } from "@std/assert";
import { ConflictError } from "../../../src/errors.ts";
import { lockDirectory } from "../../../src/stores/directory_lock.ts";

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(`${directory}/deep/data`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a directory that is locked cannot be locked again until it is released", async () => {
  await inDirectory(async (directory) => {
    const lock = await lockDirectory(directory);
    await assertRejects(() => lockDirectory(directory), ConflictError, `process ${Deno.pid} uses`);
    lock.release();
    (await lockDirectory(directory)).release();
  });
});

Deno.test("a lock goes with its process, however that ends", async () => {
  await inDirectory(async (directory) => {
    const module = new URL("../../../src/stores/directory_lock.ts", import.meta.url).href;
    const code = `const { lockDirectory } = await import(${JSON.stringify(module)});
      await lockDirectory(${JSON.stringify(directory)});
      console.log("locked");
      await new Promise((resolve) => setTimeout(resolve, 60_000));`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.getReader();
    assertEquals(new TextDecoder().decode((await reader.read()).value), "locked\n");
    await assertRejects(() => lockDirectory(directory), ConflictError, `process ${child.pid} uses`);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    (await lockDirectory(directory)).release();
  });
});
