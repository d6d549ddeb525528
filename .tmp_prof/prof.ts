import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { selectBackend } from "../src/tensor/backend.ts";
import { Random } from "../src/random.ts";
import { createEncoder } from "../src/encoders/mod.ts";
import { freezeEncoder } from "../src/encoders/frozen_encoder.ts";
await selectBackend("wasm");
const n = Number(Deno.args[0] ?? 256);
const s = new Random(1).stream("x");
const enc = createEncoder({ name: "resnet8", width: 16 } as never, 3 as never, new Random(1));
const frozen = freezeEncoder(enc);
const x = tf.tensor(Float32Array.from({length:n*32*32*3},()=>s.uniform(-1,1)),[n,32,32,3]) as tf.Tensor4D;
function go(f: ()=>tf.Tensor){ tf.tidy(()=>{f().dataSync();}); }
let best=[1e9,1e9]; 
for(let i=0;i<12;i++){
  let t=performance.now(); go(()=>enc.apply(x,{training:false} as never).pooled); best[0]=Math.min(best[0],performance.now()-t);
  t=performance.now(); go(()=>frozen.apply(x).pooled); best[1]=Math.min(best[1],performance.now()-t);
}
console.log("plain img/s", (n/best[0]*1e3).toFixed(0), "frozen", (n/best[1]*1e3).toFixed(0), "us/img", (best[1]/n*1e3).toFixed(0));
// per kernel, best
const per = new Map<string, number>();
for(let i=0;i<10;i++){
  const p = await tf.profile(()=>tf.tidy(()=>frozen.apply(x).pooled.clone()));
  const seen=new Map<string,number>();
  let k=0;
  for(const kk of p.kernels){ const name=`${k++} ${kk.name} ${JSON.stringify(kk.inputShapes)}`; const ms=await kk.kernelTimeMs as number; per.set(name, Math.min(per.get(name)??1e9, ms)); }
}
for(const [k,v] of per) console.log((v/n*1e3).toFixed(1).padStart(7),"us/img",k);
