// Every kernel that is compiled into kernels.*.wasm; one file a family.
export * from "./fill";
export { convolve } from "./conv";
export { convPack, convPackGradient } from "./conv_pack";
export { convFilter } from "./conv_filter";
export { depthwiseFilter, depthwiseInput } from "./depthwise";
export { averagePoolGradient, maxPoolGradient } from "./pool";
export { transpose } from "./transpose";
