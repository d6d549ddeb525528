/** A request as a line for a shell. @module */

/**
 * @param {object} request
 * @param {string} request.method
 * @param {string} request.url
 * @param {Record<string, string>} request.headers
 * @param {string | File | [string, string | File][] | undefined} request.body A text, a file or the
 *   parts of a form.
 * @param {boolean} isKeyed Whether a key has to be sent.
 * @returns {string} Over several lines; it reads the key from `ALIKE_KEY`, files by their names.
 */
export function curlLine({ method, url, headers, body }, isKeyed) {
  const parts = [`curl ${method === "GET" ? "" : `-X ${method} `}${quote(url)}`];
  if (isKeyed) parts.push(`-H "Authorization: Bearer $ALIKE_KEY"`);
  for (const [name, value] of Object.entries(headers)) {
    parts.push(`-H ${quote(`${name}: ${value}`)}`);
  }
  if (typeof body === "string") parts.push(`-d ${quote(body)}`);
  else if (body instanceof File) parts.push(`--data-binary ${quote(`@${body.name}`)}`);
  else if (body !== undefined) {
    for (const [name, value] of body) {
      parts.push(
        value instanceof File
          ? `-F ${quote(`${name}=@${value.name}`)}`
          : `--form-string ${quote(`${name}=${value}`)}`,
      );
    }
  }
  return parts.join(" \\\n  ");
}

/** @param {string} text */
function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
