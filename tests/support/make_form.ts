/** Makes multipart forms for tests. @module */
import { concatBytes } from "./concat_bytes.ts";

/** One part; without a file name it is a plain field. */
export interface FormPart {
  field?: string;
  name?: string;
  bytes?: Uint8Array;
  /** @default {"application/octet-stream"} for files */
  type?: string;
}

/** The form and its Content-Type. `end: false` leaves out what ends it. */
export function makeForm(
  parts: FormPart[],
  options: { end?: boolean; boundary?: string } = {},
): { body: Uint8Array<ArrayBuffer>; contentType: string } {
  const { boundary = "----alike0123456789", end = true } = options;
  const encoder = new TextEncoder();
  const pieces = parts.flatMap(({ field = "files", name, bytes = new Uint8Array(), type }) => {
    const file = name === undefined ? "" : `; filename="${name}"`;
    const kind = name === undefined
      ? ""
      : `Content-Type: ${type ?? "application/octet-stream"}\r\n`;
    const head =
      `--${boundary}\r\nContent-Disposition: form-data; name="${field}"${file}\r\n${kind}\r\n`;
    return [encoder.encode(head), bytes, encoder.encode("\r\n")];
  });
  if (end) pieces.push(encoder.encode(`--${boundary}--\r\n`));
  return { body: concatBytes(pieces), contentType: `multipart/form-data; boundary=${boundary}` };
}
