/**
 * WGSL programs of our own among tfjs's.
 *
 * tfjs's `runWebGPUProgram` gives a program one output and no way to write in place. We make the
 * pipeline ourselves and let tfjs record it into the pass it is filling: order, submission, timing
 * and the life of buffers stay its own.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { InternalError } from "../../errors.ts";

/** A compute shader with its bindings. */
export interface Program {
  /** Names the pipeline: programs of the same name must be the same. */
  name: string;
  /** What it writes (and may read), by name with the type of an element. */
  outputs: Record<string, string>;
  /** What it only reads. */
  inputs: Record<string, string>;
  /** Scalars, `u32`, `i32` or `f32`; in the shader `u.name`. */
  uniforms: Record<string, ScalarType>;
  /**
   * Definitions, with an entry point `main`, which must use all of the above: what is not used is
   * missing from the layout that WebGPU derives.
   */
  code: () => string;
}

type ScalarType = "u32" | "i32" | "f32";

/** What every WebGPU device allows. */
const MOST_BUFFERS = 8;

/** What tfjs knows of its types as private. */
interface Recorder {
  recordAndSubmit(
    program: { pixelsOpType: 0; dispatch: Groups; pipeline: unknown },
    output: tf.TensorInfo,
    inputs: tf.TensorInfo[],
    uniforms: { type: string; data: number[] }[],
  ): void;
}

/** Workgroups along x, y and z. */
export type Groups = [x: number, y: number, z: number];

const UNIFORM_TYPES = { u32: "uint32", i32: "int32", f32: "float32" } as const;

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

/**
 * Records one run of a program.
 *
 * @param tensors One for each output and input, by its name.
 * @param uniforms One for each uniform, by its name.
 * @throws {InternalError} If the program binds more buffers than every device has: WebGPU would
 * drop it, and all that was submitted with it.
 */
export function runProgram(
  backend: WebGPUBackend,
  program: Program,
  tensors: Record<string, tf.TensorInfo>,
  uniforms: Record<string, number>,
  groups: Groups,
): void {
  const written = Object.keys(program.outputs).map((name) => named(tensors, name, program));
  const copies: tf.Tensor[] = [];
  const read = Object.keys(program.inputs).map((name) => {
    const input = named(tensors, name, program);
    if (written.every(({ dataId }) => dataId !== input.dataId)) return input;
    // WebGPU refuses to read and write the same memory under two names.
    backend.uploadToGPU(input.dataId);
    const { tensorRef } = backend.readToGPU(input.dataId);
    copies.push(tensorRef);
    return tensorRef;
  });
  const bound = [...written, ...read];
  for (const { dataId } of bound) backend.uploadToGPU(dataId);
  const values = Object.entries(program.uniforms).map(([name, type]) => ({
    type: UNIFORM_TYPES[type],
    data: [named(uniforms, name, program)],
  }));
  const [first, ...rest] = bound as [tf.TensorInfo, ...tf.TensorInfo[]];
  (backend as unknown as Recorder).recordAndSubmit(
    // As a program on pixels, which gets the strides of its output and no shapes: `padding` below.
    { pixelsOpType: 0, dispatch: groups, pipeline: pipelineOf(backend, program) },
    { ...first, shape: [1] },
    rest,
    values,
  );
  for (const copy of copies) copy.dispose();
}

function named<T>(values: Record<string, T>, name: string, program: Program): T {
  const value = values[name];
  if (value === undefined) {
    throw new InternalError(`Cannot run ${program.name}: it is not given its ${name}`);
  }
  return value;
}

function pipelineOf(backend: WebGPUBackend, program: Program): unknown {
  const device = backend.device as unknown as GPUDevice;
  let known = pipelines.get(device);
  if (known === undefined) pipelines.set(device, known = new Map());
  let pipeline = known.get(program.name);
  if (pipeline === undefined) {
    const buffers = Object.keys({ ...program.outputs, ...program.inputs }).length;
    if (buffers > MOST_BUFFERS) {
      throw new InternalError(
        `Cannot run ${program.name}: it binds ${buffers} buffers, ${MOST_BUFFERS} are allowed`,
      );
    }
    const module = device.createShaderModule({ code: sourceOf(program), label: program.name });
    pipeline = device.createComputePipeline({
      compute: { module, entryPoint: "main" },
      label: program.name,
      layout: "auto",
    });
    known.set(program.name, pipeline);
  }
  return pipeline;
}

function sourceOf({ outputs, inputs, uniforms, code }: Program): string {
  const buffers = [
    ...Object.entries(outputs).map(([name, type]) => ({ name, type, access: "read_write" })),
    ...Object.entries(inputs).map(([name, type]) => ({ name, type, access: "read" })),
  ];
  const fields = Object.entries(uniforms).map(([name, type]) => `${name}: ${type}`);
  return [
    ...buffers.map(({ name, type, access }, i) =>
      `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${type}>;`
    ),
    `struct Uniforms { padding: i32, ${fields.join(", ")} }`,
    `@group(0) @binding(${buffers.length}) var<uniform> u: Uniforms;`,
    code(),
  ].join("\n");
}
