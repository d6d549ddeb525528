/** Batch norm's ε; apart from the layer, for those who do not load tfjs. @module */

/** Added to the variance; PyTorch's value. */
export const BATCH_NORM_EPSILON = 1e-5;
