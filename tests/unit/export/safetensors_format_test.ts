import { assertEquals, assertThrows } from "@std/assert";
import { CorruptError } from "../../../src/errors.ts";
import { safetensorsFormat } from "../../../src/export/safetensors_format.ts";
import { encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import { fakeModel } from "../../support/models.ts";

/** The format as its documentation says it, and nothing of ours. */
function slowRead(file: Uint8Array): Record<string, { shape: number[]; values: number[] }> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const { __metadata__, ...header } = JSON.parse(
    new TextDecoder().decode(file.subarray(8, 8 + length)),
  );
  return Object.fromEntries(
    Object.entries<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(header)
      .map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
        assertEquals(dtype, "F32");
        const values: number[] = [];
        for (let at = from; at < to; at += 4) values.push(view.getFloat32(8 + length + at, true));
        return [name, { shape, values }];
      }),
  );
}

Deno.test("safetensors are read back by an independent reader", async () => {
  const kernel = { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-20, 7) };
  const mean = { shape: [1], data: Float32Array.of(0.25) };
  const weights = encodeSafetensors({
    tensors: new Map([["encoder/conv0/kernel", kernel], ["encoder/norm0/mean", mean]]),
    metadata: { spec: "{}" },
  });
  const file = await safetensorsFormat.encode({ model: fakeModel(1), weights });
  assertEquals(slowRead(file), {
    "encoder/conv0/kernel": { shape: kernel.shape, values: [...kernel.data] },
    "encoder/norm0/mean": { shape: mean.shape, values: [...mean.data] },
  });
});

Deno.test("a damaged file of weights is not handed on", () => {
  assertThrows(
    () => safetensorsFormat.encode({ model: fakeModel(1), weights: new Uint8Array(20) }),
    CorruptError,
  );
});
