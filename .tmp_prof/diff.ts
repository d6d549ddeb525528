import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { selectBackend } from "../src/tensor/backend.ts";
import { Random } from "../src/random.ts";
import { createEncoder } from "../src/encoders/mod.ts";
import { freezeEncoder } from "../src/encoders/frozen_encoder.ts";
await selectBackend("wasm");
const s = new Random(1).stream("x");
for (const name of ["resnet8","resnet20","resnet18","small_conv"]) {
const enc = createEncoder({ name, width: 16 } as never, 3 as never, new Random(1));
const x = tf.tensor(Float32Array.from({length:8*32*32*3},()=>s.normal()),[8,32,32,3]) as tf.Tensor4D;
tf.tidy(()=>void enc.apply(x.mul(2).add(1), {training:true} as never));
const f=freezeEncoder(enc);
const a=enc.apply(x,{training:false} as never), b=f.apply(x);
for(const k of ["pooled","map"] as const) console.log(name,k,"max diff",tf.max(tf.abs(tf.sub(a[k]!,b[k]!))).dataSync()[0],"max",tf.max(tf.abs(a[k]!)).dataSync()[0]);
}
