/**
 * The only registry of export formats. Each is loaded when it is first asked for: what it needs is
 * of no use to a service that exports nothing.
 *
 * @module
 */
import type { ExportFormatName } from "../schemas/export.ts";
import type { ExportFormat } from "./export_format.ts";

/** The form of that name. */
export async function loadExportFormat(name: ExportFormatName): Promise<ExportFormat> {
  switch (name) {
    case "alike":
      return (await import("./alike_format.ts")).alikeFormat;
    case "onnx":
      return (await import("./onnx_format.ts")).onnxFormat;
    case "safetensors":
      return (await import("./safetensors_format.ts")).safetensorsFormat;
    case "tfjs":
      return (await import("./tfjs_format.ts")).tfjsFormat;
    default:
      return name satisfies never;
  }
}
