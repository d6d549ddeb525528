/** The kernels of `src/tensor/ops/global_average_pool.ts`. @module */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, makeOutput, withScratch } from "../wasm_heap.ts";
import { kernel } from "./module.ts";

type Shape4D = [number, number, number, number];

interface Call {
  inputs: { x: tf.TensorInfo };
  backend: BackendWasm;
}

function globalAveragePool({ inputs: { x }, backend }: Call): tf.TensorInfo {
  const [images, height, width, channels] = x.shape as Shape4D;
  const y = makeOutput(backend, [images, channels]);
  withScratch(backend, channels * 8, (scratch) => {
    kernel("globalAveragePool")(
      addressOf(backend, x),
      images,
      height * width,
      channels,
      y.address,
      scratch,
    );
  });
  return y.tensor;
}

/** `{x [N, H, W, C]}` → `[N, C]`. */
export const globalAveragePoolConfig: tf.KernelConfig = {
  kernelName: "AlikeGlobalAveragePool",
  backendName: "wasm",
  kernelFunc: globalAveragePool as unknown as tf.KernelFunc,
};

interface GradientCall {
  inputs: { dy: tf.TensorInfo };
  backend: BackendWasm;
  attrs: { shape: Shape4D };
}

function globalAveragePoolGradient(
  { inputs: { dy }, backend, attrs: { shape } }: GradientCall,
): tf.TensorInfo {
  const [images, height, width, channels] = shape;
  const dx = makeOutput(backend, shape);
  kernel("globalAveragePoolGradient")(
    addressOf(backend, dy),
    images,
    height * width,
    channels,
    dx.address,
  );
  return dx.tensor;
}

/** `{dy [N, C]}`, `{shape: [N, H, W, C]}` → dx of that shape. */
export const globalAveragePoolGradientConfig: tf.KernelConfig = {
  kernelName: "AlikeGlobalAveragePoolGradient",
  backendName: "wasm",
  kernelFunc: globalAveragePoolGradient as unknown as tf.KernelFunc,
};
