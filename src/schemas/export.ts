/** Export: the forms in which a model leaves the service. @module */
import { z } from "zod";

/** A form by name. */
export const ExportFormatName = z.enum(["alike", "onnx", "safetensors", "tfjs"]).describe(
  "alike: the model with heads, card and golden vectors as one file that another Alike imports. " +
    "onnx: the encoder as one ONNX file, from uint8 pixels [batch, size, size, channels] " +
    "(`images`) to float32 embeddings [batch, dimensions] (`h`), preprocessing included. " +
    "safetensors: every weight, heads too, as stored. tfjs: the encoder as a TensorFlow.js " +
    "LayersModel, a zip of `model.json` and weights, from pixels 0..255 to embeddings as with onnx",
).meta({ id: "ExportFormat", example: "onnx" });
export type ExportFormatName = z.infer<typeof ExportFormatName>;
