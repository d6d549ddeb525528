import { assertEquals } from "@std/assert";

const MODULE = new URL("../../src/error_lines.ts", import.meta.url).href;

/** What a program with these last words writes to standard error. */
async function said(lastWords: string): Promise<string[]> {
  const program = `
    import { writeErrorLine } from ${JSON.stringify(MODULE)};
    writeErrorLine("first");
    writeErrorLine("second");
    ${lastWords}`;
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", program],
    env: { NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stderr).split("\n");
}

Deno.test("no line is lost, however the process ends", async () => {
  const endings = ["", "Deno.exit(1);", "throw new Error('x');", "setTimeout(() => null.x, 0);"];
  const all = await Promise.all(endings.map(said));
  for (const lines of all) assertEquals(lines.slice(0, 2), ["first", "second"]);
});

Deno.test("lines of one turn are one write, and those of a later turn another", async () => {
  const lines = await said(`
    const { writeSync } = Deno.stderr;
    let writes = 0;
    Deno.stderr.writeSync = (bytes) => { writes++; return writeSync.call(Deno.stderr, bytes); };
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeErrorLine("third");
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeErrorLine(\`writes: \${writes}\`);`);
  assertEquals(lines, ["first", "second", "third", "writes: 2", ""]);
});
