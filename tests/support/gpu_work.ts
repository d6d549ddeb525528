/** Counts what a GPU is asked to do, by wrapping the calls of WebGPU itself. @module */

/** What was asked for while something ran. */
export interface GpuWork {
  /** Programs run. */
  dispatches: number;
  /** Command buffers handed over. */
  submissions: number;
  /** Bytes of tensors and uniforms sent. */
  uploadedBytes: number;
  /** Buffers made, which tfjs could not take from those it has. */
  buffers: number;
  /** Their bytes. */
  allocatedBytes: number;
  /** Times the CPU waited for numbers. */
  readBacks: number;
  readBytes: number;
}

type Method = (this: unknown, ...args: never[]) => unknown;

/** Runs `work` and counts; not to be nested. */
export async function countGpuWork(work: () => void | Promise<void>): Promise<GpuWork> {
  const counts: GpuWork = {
    dispatches: 0,
    submissions: 0,
    uploadedBytes: 0,
    buffers: 0,
    allocatedBytes: 0,
    readBacks: 0,
    readBytes: 0,
  };
  const restore: (() => void)[] = [];
  const wrap = <T extends object, K extends keyof T>(
    prototype: T,
    name: K,
    note: (self: T, args: T[K] extends (...args: infer A) => unknown ? A : never) => void,
  ): void => {
    const original = prototype[name] as Method;
    prototype[name] = function (this: T, ...args: never[]) {
      note(this, args as never);
      return original.apply(this, args);
    } as T[K];
    restore.push(() => prototype[name] = original as T[K]);
  };
  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => counts.dispatches++);
  wrap(GPUQueue.prototype, "submit", () => counts.submissions++);
  wrap(GPUQueue.prototype, "writeBuffer", (_queue, [, , data]) => {
    counts.uploadedBytes += data.byteLength;
  });
  wrap(GPUDevice.prototype, "createBuffer", (_device, [{ size, mappedAtCreation }]) => {
    counts.buffers++;
    counts.allocatedBytes += size;
    if (mappedAtCreation) counts.uploadedBytes += size;
  });
  wrap(GPUBuffer.prototype, "mapAsync", (buffer, [mode]) => {
    if (mode !== GPUMapMode.READ) return;
    counts.readBacks++;
    counts.readBytes += buffer.size;
  });
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
  }
  return counts;
}
