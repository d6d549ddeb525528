/** SimCLR's colour jitter. @module */
import type { AugmentOptions } from "./recipe.ts";

/** That of strength s: (0.8s, 0.8s, 0.8s, 0.2s) (Chen et al. 2020, appendix A). */
export function colourJitter(s: number): NonNullable<AugmentOptions["jitter"]> {
  return {
    probability: 0.8,
    brightness: 0.8 * s,
    contrast: 0.8 * s,
    saturation: 0.8 * s,
    hue: 0.2 * s,
  };
}
