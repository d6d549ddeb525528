const rss = () => {
  const s = Deno.readTextFileSync("/proc/self/status");
  return ["VmRSS", "RssAnon", "RssFile"].map((k) =>
    `${k} ${Math.round(Number(new RegExp(k + ":\\s+(\\d+)").exec(s)![1]) / 1024)}`
  ).join(" ");
};
if (Deno.args.length || true) {
  console.log("start", rss());
  for (let i = 0; i < 4; i++) {
    const w = new Worker("data:application/typescript,self.onmessage=()=>self.postMessage(1)", {
      type: "module",
    });
    w.postMessage(0);
    await new Promise((r) => w.onmessage = r);
    console.log("worker", i, rss());
  }
  Deno.exit();
}
