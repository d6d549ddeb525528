/** The examples, as a person would run them, against the service as a process. @module */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { AlikeClient } from "../../client.ts";
import { writeImageFolder } from "../support/image_folder.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url).pathname;

const KEY = "a-key-of-the-house-24-chars";

Deno.test("every example runs and answers", async () => {
  await withTempDir(async (folder) => {
    const shapes = await writeImageFolder(`${folder}/shapes`, { classes: 4, each: 10, side: 16 });
    await Deno.copyFile(`${shapes}/class0/0.png`, `${shapes}/class0/twin.png`);
    await using service = new ServiceProcess({
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: `${folder}/data`,
      ALIKE_BACKEND: "wasm",
      ALIKE_API_KEYS: KEY,
    });
    const url = await service.url;
    const run = async (name: string, ...args: string[]): Promise<string> => {
      const path = `${EXAMPLES}${name}.ts`;
      // With what its own first lines say that it may do, and no more.
      const flags = /^ \* {5}deno run (.+) examples\//m.exec(await Deno.readTextFile(path))![1]!;
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", ...flags.split(" "), path, ...args],
        env: { ALIKE_URL: url, ALIKE_API_KEY: KEY },
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    const stepped = await run("step_by_hand", shapes, "2");
    assertMatch(stepped, /step 2: loss \d/);
    const model = /model_[0-9a-f]{16}/.exec(stepped)![0];
    const alike = new AlikeClient({ baseUrl: url, apiKey: KEY });
    assertEquals((await alike.model("by-hand")).id, model);
    await fetch(`${url}/v1/aliases/default`, {
      method: "PUT",
      headers: { "content-type": "application/json", authorization: `Bearer ${KEY}` },
      body: JSON.stringify({ model }),
    }).then((response) => response.body?.cancel());

    const found = await run("find_alikes", `${shapes}/class0/0.png`, shapes, "2");
    assertMatch(found, /^1\.000 {2}.*class0\/(0|twin)\.png\n1\.000 {2}.*class0\/(0|twin)\.png\n$/);
    assertMatch(await run("dedupe", shapes, "0.99999"), /class0\/0\.png\n {2}.*class0\/twin\.png/);
    const classified = (await run("few_labels", shapes, `${shapes}/class1`)).trim().split("\n");
    assertEquals(classified.length, 10);
    assertMatch(await run("openai_client", `${shapes}/class0/0.png`), /^64 numbers of by-hand\n$/);
    service.kill("SIGTERM");
    assertEquals(await service.ended(), 0);
  });
});
