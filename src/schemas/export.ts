/** Export: the forms in which a model leaves the service. @module */
import { z } from "zod";

/** A form by name. */
export const ExportFormatName = z.enum(["onnx", "safetensors"]).describe(
  "onnx: the encoder as one ONNX file, from uint8 pixels [batch, size, size, channels] (`images`) " +
    "to float32 embeddings [batch, dimensions] (`h`), preprocessing included. safetensors: every " +
    "weight, heads too, as stored",
).meta({ id: "ExportFormat", example: "onnx" });
export type ExportFormatName = z.infer<typeof ExportFormatName>;
