/** Several channels at a time. @module */
import type * as tf from "@tensorflow/tfjs";

/** How many channels an invocation takes, and WGSL's names for that. */
export interface Lanes {
  count: 1 | 4;
  /** The type of `count` numbers. */
  float: string;
  /** Defines `isNan`, by the bits: compilers may assume that there are no NaNs. */
  isNan: string;
}

/** Four where a tensor's channels come in fours, else one. */
export function lanesOf(x: tf.TensorInfo): Lanes {
  const four = x.shape.at(-1)! % 4 === 0;
  const typed = (scalar: string) => four ? `vec4<${scalar}>` : scalar;
  const bits = typed("u32");
  return {
    count: four ? 4 : 1,
    float: typed("f32"),
    isNan: `
fn isNan(value: ${typed("f32")}) -> ${typed("bool")} {
  return (bitcast<${bits}>(value) & ${bits}(0x7fffffffu)) > ${bits}(0x7f800000u);
}`,
  };
}
