/**
 * `deno task bench:quality`: whether it learns as well as the reference, and what the labels say.
 *
 *     deno task bench:quality reference [seeds]
 *     deno task bench:quality minutes [minutes]
 *     deno task bench:quality labels [minutes]
 *     deno task bench:quality supervised [minutes]
 *     deno task bench:quality long [minutes] [image size]
 *
 * Needs CIFAR-10 (ALIKE_CIFAR10, default ../shared/data/cifar10), and Debian's python3-torch and
 * python3-pil for PyTorch's side.
 *
 * @module
 */
import { longRun } from "./long_run.ts";
import { QualityService } from "./quality_service.ts";
import { reference } from "./reference.ts";
import { tenMinutes } from "./ten_minutes.ts";

const [run = "reference", amount, size] = Deno.args;
await using service = await QualityService.start();
switch (run) {
  case "reference":
    await reference(service, Number(amount ?? 3));
    break;
  case "minutes":
  case "labels":
  case "supervised":
    await tenMinutes(service, Number(amount ?? 10), run);
    break;
  case "long":
    await longRun(service, Number(amount ?? 72), Number(size ?? 32));
    break;
  default:
    throw new Error(`Cannot run ${run}: there are reference, minutes, labels, supervised and long`);
}
