// Every kernel that is compiled into kernels.*.wasm; one file a family.
export * from "./fill";
export * from "./augment";
export * from "./batch_norm";
export * from "./batch_norm_gradient";
export * from "./adam_update";
export * from "./sgd_update";
export * from "./global_average_pool";
export { convolve } from "./conv";
export { convPack, convPackGradient } from "./conv_pack";
export { convFilter } from "./conv_filter";
export { exponential } from "./exp";
export { normaliseRows } from "./normalise_rows";
export * from "./nt_xent";
export * from "./unsorted_segment_sum";
export { depthwiseFilter, depthwiseInput } from "./depthwise";
export { averagePoolGradient, maxPoolGradient } from "./pool";
export { transpose } from "./transpose";
