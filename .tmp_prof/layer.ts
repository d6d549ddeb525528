import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { selectBackend } from "../src/tensor/backend.ts";
import { Random } from "../src/random.ts";
await selectBackend("wasm");
const s = new Random(1).stream("x");
const R=(sh:number[])=>tf.tensor(Float32Array.from({length:tf.util.sizeFromShape(sh)},()=>s.uniform(-1,1)),sh);
const shapes:[number,number,number,number,number,number][]=[[64,32,3,16,3,1],[64,32,16,16,3,1],[64,16,32,32,3,1],[64,8,64,64,3,1],[64,32,16,32,3,2],[64,16,32,64,3,2],[64,32,16,32,1,2],[64,16,32,64,1,2],[64,16,32,32,5,1],[64,32,16,32,5,2]];
const sel=(Deno.args[0]??"").split(",").filter(x=>x).map(Number);
const list=sel.length?sel.map(i=>shapes[i]!):shapes;
const budget=Number(Deno.args[1]??400);
for(const [n,size,c,o,k,st] of list){
  const x=R([n,size,size,c]), filter=R([k,k,c,o]); const os=Math.ceil(size/st); const dy=R([n,os,os,o]);
  const attrs={strides:st,pad:"same",dataFormat:"NHWC",dilations:1};
  const ks:[string,any,any][]=[["Conv2D",{x,filter},attrs],["Conv2DBackpropInput",{dy,filter},{...attrs,inputShape:x.shape}],["Conv2DBackpropFilter",{x,dy},{...attrs,filterShape:filter.shape}]];
  const best=[1e9,1e9,1e9];
  for(const t0=performance.now();performance.now()-t0<budget;) ks.forEach(([name,inputs,attrs],i)=>{const t=performance.now();const r=tf.getKernel(name,"wasm")!.kernelFunc({inputs,attrs,backend:tf.backend()}) as any; const d=performance.now()-t; tf.backend().disposeData(r.dataId); best[i]=Math.min(best[i]!,d);});
  const fl=2*n*os*os*k*k*c*o;
  console.log(`${k}x${k}/${st} ${size} ${c}->${o}`.padEnd(20), best.map(b=>`${(b/n*1e3).toFixed(1).padStart(6)}us ${(fl/b/1e6).toFixed(0).padStart(4)}`).join("  "));
}
