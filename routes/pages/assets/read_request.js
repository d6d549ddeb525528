/** What a form of the API's documentation would send. @module */

/**
 * @param {HTMLFormElement} form
 * @returns What `curlLine` takes. Fields that are empty are not sent.
 */
export function readRequest(form) {
  let { path } = form.dataset;
  const query = new URLSearchParams();
  const headers = {};
  for (const { value, dataset } of form.querySelectorAll("[data-in]")) {
    const { name } = dataset;
    if (dataset.in === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value === "") continue;
    else if (dataset.in === "query") query.set(name, value);
    else headers[name] = value;
  }
  const body = readBody(form, headers);
  const url = `${location.origin}${path}${query.size === 0 ? "" : `?${query}`}`;
  return { method: form.dataset.method, url, headers, body };
}

/** Reads the body in the form that is chosen, and adds its type to the headers. */
function readBody(form, headers) {
  const type = form.querySelector("[data-body-type]")?.value;
  if (type === undefined) return undefined;
  const fields = form.querySelector("[data-sent-as]:not([hidden])");
  const json = fields.querySelector("[data-json]");
  if (json !== null) {
    headers["content-type"] = type;
    return json.value;
  }
  const single = fields.querySelector("[data-file]");
  if (single !== null) {
    const [file] = single.files;
    // A kind of type stands for whichever of it the file is.
    const own = type.endsWith("/*") ? file?.type ?? "" : type;
    if (own !== "") headers["content-type"] = own;
    return file;
  }
  return [...fields.querySelectorAll("[data-part]")].flatMap((field) => {
    const name = field.dataset.part;
    if (field.type === "file") return [...field.files].map((file) => [name || file.name, file]);
    return field.value === "" ? [] : [[name, field.value]];
  });
}
