/** Pictures that are added to a collection. @module */
import { call, Refused } from "./api.js";
import { patiently } from "./embed_items.js";

/** Pictures, and bytes of them, in a request: below what the service takes. */
const MOST = 64;
const MOST_BYTES = 6 * 2 ** 20;

/** @param {string} path Of the collection. */
export function withAdding(path) {
  const form = document.querySelector("[data-add]");
  const field = (name) => form.elements.namedItem(name);
  const status = form.querySelector("[data-status]");
  const fault = form.querySelector("[data-fault]");
  // There is no button to send it.
  form.addEventListener("submit", (event) => event.preventDefault());
  field("pictures").addEventListener("change", async ({ target }) => {
    fault.textContent = "";
    const files = [...target.files];
    let done = 0;
    try {
      const text = field("metadata").value.trim();
      const metadata = text === "" ? {} : JSON.parse(text);
      const label = field("label").value === "" ? null : field("label").value;
      for (const part of partsOf(files)) {
        status.textContent = `${done} of ${files.length} are added`;
        const items = await Promise.all(part.map(async (picture) => ({
          image: await dataUri(picture),
          label,
          metadata,
        })));
        await patiently(() => call(`${path}/items`, { json: { items } }));
        done += part.length;
      }
      location.reload();
    } catch (error) {
      status.textContent = done > 0 ? `${done} of ${files.length} were added` : "";
      fault.textContent = describe(error);
    } finally {
      // So that the same pictures can be chosen again.
      target.value = "";
    }
  });
}

function describe(error) {
  if (error instanceof SyntaxError) return `The metadata must be JSON: ${error.message}`;
  if (!(error instanceof Refused) || error.errors.length === 0) return error.message;
  return error.errors.map(({ path, rule }) => `${path} ${rule}`).join("; ");
}

function partsOf(files) {
  const parts = [];
  let bytes = Infinity;
  for (const file of files) {
    bytes += file.size;
    if (bytes > MOST_BYTES || parts.at(-1).length === MOST) {
      parts.push([]);
      bytes = file.size;
    }
    parts.at(-1).push(file);
  }
  return parts;
}

function dataUri(picture) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error(`${picture.name} cannot be read.`));
    reader.readAsDataURL(picture);
  });
}
