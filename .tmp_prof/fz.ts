import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { selectBackend } from "../src/tensor/backend.ts";
import { Random } from "../src/random.ts";
import { createEncoder } from "../src/encoders/mod.ts";
import { freezeEncoder } from "../src/encoders/frozen_encoder.ts";
await selectBackend("wasm");
const s = new Random(1).stream("x");
const enc = createEncoder({ name: "resnet8", width: 16 } as never, 3 as never, new Random(1));
const frozen = freezeEncoder(enc);
const out=[];
for(const n of [1,8,64,256]){
const x = tf.tensor(Float32Array.from({length:n*32*32*3},()=>s.uniform(-1,1)),[n,32,32,3]) as tf.Tensor4D;
let best=[1e9,1e9];
for(const t0=performance.now(); performance.now()-t0<Number(Deno.args[0]??2000);)
[()=>enc.apply(x,{training:false} as never).pooled,()=>frozen.apply(x).pooled].forEach((f,i)=>{let t=performance.now(); tf.tidy(()=>{f().dataSync();}); best[i]=Math.min(best[i]!,performance.now()-t);});
out.push(`n=${n}: plain ${(best[0]!/n*1e3).toFixed(0)} frozen ${(best[1]!/n*1e3).toFixed(0)} us/img (${(n/best[1]!*1e3).toFixed(0)}/s)`);
x.dispose();}
console.log(out.join("\n"));
