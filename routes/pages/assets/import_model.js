/**
 * Import of a model: an `.alike` file, dropped or chosen, becomes a model of this service.
 *
 * @module
 */
import { call, toast } from "./api.js";

const form = document.querySelector("[data-import]");
const chooser = form.querySelector("input[type=file]");
const status = form.querySelector("[data-status]");
let busy = false;

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("over");
});
form.addEventListener("dragleave", () => form.classList.remove("over"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  void take(event.dataTransfer.files);
});
chooser.addEventListener("change", () => take(chooser.files));

async function take([file]) {
  if (file === undefined) return toast("That is no file.", "bad");
  if (busy) return;
  busy = true;
  form.setAttribute("aria-busy", "true");
  status.textContent = `Checking ${file.name} …`;
  const name = form.elements.namedItem("name").value.trim();
  const query = name === "" ? "" : `?name=${encodeURIComponent(name)}`;
  try {
    const model = await call(`/v1/models${query}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: file,
    });
    location.href = `/models/${model.id}`;
  } catch (error) {
    status.textContent = error.message;
    toast(error.message, "bad");
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
    // So that the same file can be chosen again.
    chooser.value = "";
  }
}
