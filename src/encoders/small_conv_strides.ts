/** Strides of the small encoder; apart from it, for those who do not load tfjs. @module */

/** Strides of the four layers; the channels double at each. */
export const SMALL_CONV_STRIDES = [2, 1, 2, 2] as const;
