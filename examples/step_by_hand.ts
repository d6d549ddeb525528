// deno-lint-ignore-file no-console -- it speaks to a person
/**
 * Steps a SimCLR run by hand: one NT-Xent step a request, then keeps the model.
 *
 *     deno run --allow-net --allow-read --allow-env examples/step_by_hand.ts folder [steps]
 *
 * @module
 */
import { AlikeClient } from "../client.ts";
import { picturesIn } from "./pictures_in.ts";
import { service } from "./service.ts";

const [folder, steps = "10"] = Deno.args;
if (folder === undefined) throw new Error("usage: step_by_hand.ts folder [steps]");
const alike = new AlikeClient(service());
const paths = (await picturesIn(folder)).slice(0, 64);
const images = await Promise.all(paths.map((path) => Deno.readFile(path)));
const session = await alike.startSession({ encoder: { name: "small_conv", width: 8 } });
try {
  for (let i = 0; i < Number(steps); i++) {
    const { step, loss, contrastiveAccuracy } = await alike.step(session, images);
    console.log(
      `step ${step}: loss ${loss.toFixed(3)}, ${(100 * contrastiveAccuracy).toFixed(0)} %`,
    );
  }
  console.log(`kept as ${(await alike.saveSession(session, "by-hand")).id}`);
} finally {
  await alike.endSession(session);
}
