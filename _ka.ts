Deno.serve({ port: 9911, onListen: () => {} }, async (req) => {
  await req.bytes();
  return new Response("{}");
});
