// Resident memory of plain pieces.
const rss = () => {
  const s = Deno.readTextFileSync("/proc/self/status");
  return ["VmRSS", "RssAnon", "RssFile"].map((k) =>
    `${k} ${Math.round(Number(new RegExp(k + ":\\s+(\\d+)").exec(s)![1]) / 1024)}`
  ).join(" ");
};
console.log("deno", rss());
await import("hono");
await import("zod");
console.log("+hono zod", rss());
await import("@hono/zod-openapi");
console.log("+zod-openapi", rss());
await import("./routes/app.ts");
console.log("+routes", rss());
await import("./main.ts");
console.log("+main", rss());
await import("sharp");
console.log("+sharp", rss());
await import("@tensorflow/tfjs-core");
console.log("+tfjs-core", rss());
await import("@tensorflow/tfjs");
console.log("+tfjs", rss());
await import("@tensorflow/tfjs-backend-wasm");
console.log("+wasm", rss());
const { selectBackend } = await import("./src/tensor/backend.ts");
await selectBackend("wasm");
console.log("+backend", rss());
const { proveBackend } = await import("./workers/prove_backend.ts");
console.log("+selftest import", rss());
await proveBackend();
console.log("+selftest", rss());
