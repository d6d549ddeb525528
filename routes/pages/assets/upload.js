/**
 * Import: a folder, an archive or some pictures, dropped or chosen, become a data set.
 *
 * @module
 */
import { refused, toast } from "./api.js";
import { tarOf } from "./tar.js";

const ARCHIVE = /\.(tar|zip|tar\.gz|tgz|bin|gz)$/i;

for (const drop of document.querySelectorAll("[data-drop]")) {
  const form = drop.closest("form");
  const chooser = form.querySelector("input[type=file][multiple]");
  const folder = form.querySelector("input[webkitdirectory]");
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    // Entries are gone once the event is over.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry());
    await send(form, (await Promise.all(entries.filter(Boolean).map(filesIn))).flat());
  });
  const kind = form.elements.namedItem("kind");
  kind.addEventListener("change", () => {
    form.querySelector("[data-clips]").hidden = kind.value !== "clip";
  });
  for (const input of [chooser, folder]) {
    input.addEventListener("change", () =>
      send(
        form,
        [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file })),
      ));
  }
}

/** Every file below an entry, with its path. */
async function filesIn(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A reader gives a hundred at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(filesIn))).flat();
}

/** Hidden files, which systems leave about in folders, are no pictures. */
function isVisible({ path }) {
  return !path.split("/").some((part) => part.startsWith("."));
}

function folderOf({ path }) {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}

async function send(form, all) {
  // The files of a folder side by side, as the frames of a clip have to come.
  const files = all.filter(isVisible).sort((a, b) => compare(folderOf(a), folderOf(b)));
  if (files.length === 0) return toast("There are no files in it.", "bad");
  const field = form.elements.namedItem("name");
  const name = field.value.trim() || nameOf(files);
  const single = files.length === 1 && ARCHIVE.test(files[0].file.name);
  const body = single ? files[0].file : tarOf(files);
  const status = form.querySelector("[data-status]");
  const bar = form.querySelector("progress");
  bar.hidden = false;
  try {
    const query = new URLSearchParams({ name, kind: form.elements.namedItem("kind").value });
    const dataset = await post(`/v1/datasets?${query}`, body, (done) => {
      bar.value = done;
      status.textContent = done < 1
        ? `Sending ${files.length === 1 ? files[0].file.name : `${files.length} files`}: ${
          Math.round(100 * done)
        } %`
        : "Checking every picture …";
      if (done === 1) bar.removeAttribute("value");
    });
    location.href = `/datasets/${dataset.id}`;
  } catch (error) {
    status.textContent = error.message;
    bar.hidden = true;
    toast(error.message, "bad");
  }
}

/** The folder's or archive's own name, as far as a data set may be called so. */
function nameOf(files) {
  const [first] = files[0].path.split("/");
  const plain = first.replace(ARCHIVE, "").toLowerCase().replace(/[^a-z0-9._-]+/g, "-");
  return plain.replace(/^[^a-z0-9]+/, "").slice(0, 60) || "pictures";
}

/** `fetch` does not tell how much of a body has gone; XMLHttpRequest does. */
function post(url, body, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("content-type", body.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onerror = () => reject(new Error("The connection was lost."));
    request.onload = () => {
      // What stands between may answer too, and not in JSON.
      const type = request.getResponseHeader("content-type") ?? "";
      const answer = type.includes("json") ? JSON.parse(request.responseText) : {};
      if (request.status < 300) resolve(answer);
      else reject(refused(answer, request.status));
    };
    request.send(body);
  });
}
