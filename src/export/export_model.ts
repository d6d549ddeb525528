/** A model as a file that people can take away. @module */
import type { ExportFormatName } from "../schemas/export.ts";
import type { ExportSource } from "./export_format.ts";
import { loadExportFormat } from "./mod.ts";

/** A file to hand out. */
export interface ExportedFile {
  /** The model's name, the first of its digest, and the form's extension. */
  name: string;
  mediaType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Exports a model. @throws As `ExportFormat.encode` does. */
export async function exportModel(
  source: ExportSource,
  name: ExportFormatName,
): Promise<ExportedFile> {
  const format = await loadExportFormat(name);
  const { model } = source;
  return {
    name: `${model.name}-${model.digest.slice(0, 8)}.${format.extension}`,
    mediaType: format.mediaType,
    bytes: await format.encode(source),
  };
}
