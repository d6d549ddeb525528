/** What deploy/ says fits what the service is. */
import { assert, assertEquals } from "@std/assert";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { PIXEL, testApp } from "../support/http_client.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));

Deno.test("every metric on Grafana's board is one that the service gives", async () => {
  const { send, services } = testApp();
  await services.models.setAlias("default", services.models.add(fakeModel("a", ["simclr"])).id);
  await send("POST", "/v1/embeddings", { json: { input: PIXEL } });
  const text = await (await send("GET", "/metrics")).text();
  const names = new Set(
    [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name, type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!]
    ),
  );
  const board = JSON.parse(await read("deploy/grafana/dashboards/alike.json"));
  const used = board.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
    targets.flatMap(({ expr }) => expr.match(/\b(alike|process)_\w+/g) ?? [])
  );
  assert(used.length > 10);
  assertEquals(used.filter((name: string) => !names.has(name)), []);
});

Deno.test("probes and commands name what there is", async () => {
  const { send } = testApp();
  const manifest = await read("deploy/kubernetes/alike.yaml");
  for (const [, path] of manifest.matchAll(/path: (\/\w+),/g)) {
    assertEquals((await send("GET", path!)).status, 200, path);
  }
  const { tasks } = JSON.parse(await read("deno.json"));
  const [, task] = /deno task (\w+)/.exec(await read("deploy/systemd/alike.service"))!;
  assert(task! in tasks);
});

Deno.test("what stops the service gives it longer than it takes", async () => {
  for (
    const [path, grace] of [
      ["compose.yaml", /stop_grace_period: (\d+)s/],
      ["deploy/kubernetes/alike.yaml", /terminationGracePeriodSeconds: (\d+)/],
      ["deploy/systemd/alike.service", /TimeoutStopSec=(\d+)/],
    ] as const
  ) {
    const text = await read(path);
    const shutdown = /ALIKE_SHUTDOWN_MS(?:: |=|, value: ")(\d+)/.exec(text)!;
    assert(Number(shutdown[1]) < 1000 * Number(grace.exec(text)![1]), path);
  }
});

Deno.test("the image goes without packages that the service does not import", async () => {
  const dockerfile = await read("Dockerfile");
  const left = /for name in ([^;]+);/.exec(dockerfile)![1]!.split(/[\s\\]+/).filter((x) =>
    x !== ""
  );
  assert(left.includes("openai"));
  const folders = ["src", "routes", "workers"].map((name) =>
    new URL(`../../${name}`, import.meta.url)
  );
  const sources = (await Promise.all(folders.map(sourcesIn))).flat();
  assert(sources.length > 300);
  for (const url of [...sources, new URL("../../service.ts", import.meta.url)]) {
    const text = await Deno.readTextFile(url);
    for (const name of left) assert(!text.includes(`"${name}`), `${url} imports ${name}`);
  }
});

/** Every module below a folder. */
async function sourcesIn(folder: URL): Promise<URL[]> {
  const found: URL[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const url = new URL(`${folder}/${name}`);
    if (isDirectory) found.push(...await sourcesIn(url));
    else if (/\.tsx?$/.test(name)) found.push(url);
  }
  return found;
}

Deno.test("docs/operations.md names every metric that the service gives and no other", async () => {
  const { send } = testApp();
  const text = await (await send("GET", "/metrics")).text();
  const given = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!);
  const page = await read("docs/operations.md");
  const named = [...page.matchAll(/`((?:alike|process)_\w+)`/g)].map(([, name]) => name!);
  assertEquals(named.toSorted(), given.toSorted());
  const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link!);
  assert(links.length > 3);
  for (const link of links) assert((await read(`docs/${link}`)).length > 0);
});
