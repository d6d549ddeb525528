/** Predictions of the pretext heads: the only list of their routes. @module */
import type { Api } from "../api.ts";
import type { Services } from "../services.ts";
import { frameOrderRoutes } from "./frame_order.ts";
import { denoiseRoutes } from "./denoise.ts";
import { inpaintRoutes } from "./inpaint.ts";
import { jigsawRoutes } from "./jigsaw.ts";
import { reconstructRoutes } from "./reconstruct.ts";
import { relativePositionRoutes } from "./relative_position.ts";
import { rotationRoutes } from "./rotation.ts";

/** Registers the routes. */
export function predictRoutes(api: Api, services: Services): void {
  rotationRoutes(api, services);
  jigsawRoutes(api, services);
  relativePositionRoutes(api, services);
  frameOrderRoutes(api, services);
  reconstructRoutes(api, services);
  denoiseRoutes(api, services);
  inpaintRoutes(api, services);
}
