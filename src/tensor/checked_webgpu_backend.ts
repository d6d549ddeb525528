/**
 * tfjs's WebGPU backend, made to say when the device went wrong, and to read what is there now.
 *
 * @module
 */
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type AlikeError, InternalError, OutOfMemoryError, UnavailableError } from "../errors.ts";

/**
 * WebGPU reports errors beside the calls that caused them: a program that binds too many buffers,
 * or does not compile, drops all commands that are submitted with it, and tensors keep whatever
 * their memory held. So every read, where numbers leave the GPU, fails once there was one.
 */
export class CheckedWebGPUBackend extends WebGPUBackend {
  #failure: AlikeError | undefined;

  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    // The package's copy of the WebGPU types and Deno's differ in name only.
    super(device as never, info as never);
    // tfjs keeps what was read beside the tensor and answers that from then on; but optimisers
    // write in place, even while a read is under way.
    Object.assign(this, { convertAndCacheOnCPU: (_dataId: object, values: unknown) => values });
    device.addEventListener("uncapturederror", (event) => {
      const { error } = event as GPUUncapturedErrorEvent;
      this.#failure ??= error instanceof GPUOutOfMemoryError
        ? new OutOfMemoryError(`Cannot go on with WebGPU: its memory is full, ${error.message}`)
        : new InternalError(`Cannot trust WebGPU: it dropped commands, ${error.message}`);
    });
    device.lost.then(({ reason, message }) => {
      this.#failure ??= new UnavailableError(
        `Cannot go on with WebGPU: the device is lost, ${reason} ${message}`,
      );
    });
  }

  override async read(dataId: object): ReturnType<WebGPUBackend["read"]> {
    const values = await super.read(dataId).catch((error) => {
      throw this.#failure ?? error;
    });
    if (this.#failure !== undefined) throw this.#failure;
    return values;
  }
}
