/** How many blocks residual networks have; apart from them, for those who do not load tfjs. @module */

/** The residual networks there are. */
export type ResNetName = "resnet8" | "resnet14" | "resnet18" | "resnet20";

/** Blocks of each stage; each stage after the first halves the map and doubles the channels. */
export const RESNET_STAGES: Record<ResNetName, readonly number[]> = {
  resnet8: [1, 1, 1],
  resnet14: [2, 2, 2],
  resnet20: [3, 3, 3],
  resnet18: [2, 2, 2, 2],
};
