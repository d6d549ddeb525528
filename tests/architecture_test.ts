/**
 * The rules of the house that a program can check: who may import whom, no cycles, no tfjs on the
 * main thread, files short enough to read, an architecture page that matches the tree.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join, normalize, relative } from "./support/paths.ts";

const ROOT = fromFileUrl(new URL("../", import.meta.url));

const GROUND = "src";
/** Each folder with the folders it may import beside itself; {@linkcode GROUND} goes without saying. */
const RANKS: Record<string, readonly string[]> = {
  "src": [],
  "src/schemas": [],
  "src/images": [],
  "src/parallel": [],
  "src/tensor": ["src/parallel"],
  "src/data": ["src/schemas", "src/images", "src/tensor"],
  "src/encoders": ["src/schemas", "src/parallel", "src/tensor"],
  "src/objectives": ["src/schemas", "src/parallel", "src/tensor", "src/data", "src/encoders"],
  "src/evaluation": [
    "src/schemas",
    "src/parallel",
    "src/tensor",
    "src/data",
    "src/encoders",
    "src/objectives",
  ],
  "src/training": [
    "src/schemas",
    "src/images",
    "src/parallel",
    "src/tensor",
    "src/data",
    "src/encoders",
    "src/objectives",
    "src/evaluation",
  ],
  "src/stores": ["src/schemas"],
  // The type of an item source only: checked below to pull no tfjs in.
  "src/datasets": ["src/schemas", "src/stores", "src/images", "src/data"],
  "src/protocol": ["src/schemas"],
  "src/search": ["src/schemas", "src/stores", "src/protocol"],
  "src/jobs": ["src/schemas", "src/images", "src/stores", "src/datasets", "src/protocol"],
  // Without tfjs: it is reachable from main.ts.
  "src/export": ["src/schemas", "src/images", "src/parallel", "src/tensor", "src/encoders"],
  "src/import": ["src/schemas", "src/stores", "src/datasets", "src/tensor"],
  "src/serving": ["src/schemas", "src/protocol"],
  "src/inference": [
    "src/schemas",
    "src/images",
    "src/parallel",
    "src/tensor",
    "src/data",
    "src/encoders",
    "src/objectives",
    "src/stores",
  ],
  "routes": [
    "src/schemas",
    "src/images",
    "src/datasets",
    "src/stores",
    "src/jobs",
    "src/search",
    "src/serving",
  ],
  "workers": [
    "src/schemas",
    "src/images",
    "src/parallel",
    "src/tensor",
    "src/data",
    "src/encoders",
    "src/objectives",
    "src/evaluation",
    "src/training",
    "src/stores",
    "src/datasets",
    "src/protocol",
    "src/inference",
    "src/search",
  ],
};

/** Longest file, in lines; a longer one holds more than one idea. */
const MAX_LINES = 300;

interface Import {
  /** Path from the root, or the bare specifier of a package. */
  target: string;
  typeOnly: boolean;
}

function* walk(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(join(ROOT, folder))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) {
      if (entry.name !== "node_modules" && entry.name !== "assembly") yield* walk(path);
    } else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

function importsOf(file: string): Import[] {
  const text = Deno.readTextFileSync(join(ROOT, file));
  const statement =
    /^\s*(?:import|export)\s+(type\s)?(?:([^"';]*?)\sfrom\s+)?"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return [...text.matchAll(statement)].map((match) => {
    const [, type, clause, from, dynamic] = match;
    const specifier = (from ?? dynamic)!;
    const names = clause?.match(/^\{([\s\S]*)\}$/)?.[1]?.split(",")
      .map((name) => name.trim()).filter((name) => name !== "");
    const typeOnly = type !== undefined ||
      (names !== undefined && names.length > 0 && names.every((name) => name.startsWith("type ")));
    return {
      target: specifier.startsWith(".")
        ? relative(ROOT, normalize(join(ROOT, dirname(file), specifier)))
        : specifier,
      typeOnly,
    };
  });
}

/** The folder whose rank a file has: the longest one listed. */
function folderOf(file: string): string {
  return Object.keys(RANKS).filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0] ?? "";
}

const FILES = ["src", "routes", "workers"].flatMap((folder) => [...walk(folder)]);
const GRAPH = new Map([...FILES, "main.ts", "service.ts"].map((file) => [file, importsOf(file)]));

Deno.test("folders import only the folders below them", () => {
  const faults: string[] = [];
  for (const file of FILES) {
    const folder = folderOf(file);
    for (const { target } of GRAPH.get(file)!) {
      if (!/^(src|routes|workers)\//.test(target)) continue;
      const to = folderOf(target);
      if (to !== folder && to !== GROUND && !RANKS[folder]!.includes(to)) {
        faults.push(`${file} imports ${target}`);
      }
    }
  }
  assertEquals(faults, []);
});

Deno.test("every folder of src has a rank", () => {
  const folders = new Set(
    FILES.filter((file) => file.startsWith("src/")).map((file) =>
      file.split("/").slice(0, file.split("/").length === 2 ? 1 : 2).join("/")
    ),
  );
  assertEquals([...folders].filter((folder) => !(folder in RANKS)), []);
});

Deno.test("no file imports itself by way of others", () => {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    assert(at < 0, `cycle: ${[...path.slice(at), file].join(" → ")}`);
    if (done.has(file)) return;
    for (const { target, typeOnly } of GRAPH.get(file) ?? []) {
      if (!typeOnly && GRAPH.has(target)) visit(target, [...path, file]);
    }
    done.add(file);
  };
  for (const file of GRAPH.keys()) visit(file, []);
});

Deno.test("tfjs is not reachable from main.ts: the main thread never loads it", () => {
  const from = new Map<string, string>();
  const queue = ["main.ts"];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const { target, typeOnly } of GRAPH.get(file) ?? []) {
      if (typeOnly) continue;
      assert(!target.startsWith("@tensorflow/"), `${file} imports ${target}`);
      if (GRAPH.has(target) && !from.has(target)) {
        from.set(target, file);
        queue.push(target);
      }
    }
  }
  assert(from.size > 10, "main.ts imports next to nothing: is the import pattern still right?");
});

Deno.test("sharp is loaded when there is work for it, and by load_sharp.ts alone", () => {
  const importers = [...GRAPH].flatMap(([file, imports]) =>
    imports.filter(({ target, typeOnly }) => !typeOnly && target === "src/images/sharp.ts")
      .map(() => file)
  );
  assertEquals(importers, ["src/images/load_sharp.ts"]);
});

Deno.test("the client runs in browsers: of the service it imports types only, of packages hc", () => {
  const files = ["client.ts", ...walk("client")];
  assert(files.length > 5);
  const faults = files.flatMap((file) =>
    importsOf(file).filter(({ target, typeOnly }) =>
      !typeOnly && !target.startsWith("client/") && target !== "hono/client"
    ).map(({ target }) => `${file} imports ${target}`)
  );
  assertEquals(faults, []);
});

Deno.test("files are short and say what they are", () => {
  const faults: string[] = [];
  for (const file of [...FILES, "main.ts", "service.ts"]) {
    const text = Deno.readTextFileSync(join(ROOT, file));
    const lines = text.split("\n").length - 1;
    if (lines > MAX_LINES) faults.push(`${file} has ${lines} lines`);
    if (!/^(#!.*\n)?\/\*\*[\s\S]*?@module/.test(text)) faults.push(`${file} has no module comment`);
  }
  assertEquals(faults, []);
});

Deno.test("ARCHITECTURE.md names every folder, and every file it names exists", () => {
  const page = Deno.readTextFileSync(join(ROOT, "ARCHITECTURE.md"));
  const missing = Object.keys(RANKS).filter((folder) => !page.includes(`${folder}/`));
  assertEquals(missing, []);
  const named = [
    ...page.matchAll(/`((?:src|routes|workers|tests|scripts|bench)\/[\w./-]*\w\.\w+)`/g),
  ];
  assert(named.length > 10);
  const gone = named.map((match) => match[1]!).filter((file) => {
    try {
      return !Deno.statSync(join(ROOT, file)).isFile;
    } catch {
      return true;
    }
  });
  assertEquals(gone, []);
});

Deno.test("nothing is random but through src/random.ts, and nothing is called utils", () => {
  const faults = FILES.filter((file) =>
    Deno.readTextFileSync(join(ROOT, file)).includes("Math.random(") ||
    /(^|\/)(utils?|helpers?|types|common|misc)(\.ts|\/)/.test(file)
  );
  assertEquals(faults, []);
});
