/** A place to drop, choose or paste one picture. @module */
import { attempt, toast } from "./api.js";

/**
 * @param {HTMLElement} box Holds an `input[type=file]`.
 * @param {(picture: File) => Promise<void>} use What is done with a picture.
 * @param {{anywhere?: boolean}} options `anywhere`: also what is dropped elsewhere on the page,
 *   but for the other places that take something.
 */
export function onPicture(box, use, { anywhere = false } = {}) {
  const input = box.querySelector("input[type=file]");
  let busy = false;
  const take = async (files) => {
    const picture = [...files].find(({ type }) => type.startsWith("image/"));
    if (picture === undefined) return toast("That is no picture.", "bad");
    if (busy) return;
    busy = true;
    box.setAttribute("aria-busy", "true");
    await attempt(() => use(picture));
    busy = false;
    box.removeAttribute("aria-busy");
    // So that the same picture can be chosen again.
    input.value = "";
  };
  input.addEventListener("change", () => take(input.files));
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    void take(event.dataTransfer.files);
  });
  if (!anywhere) return;
  const elsewhere = ({ target }) => target.closest?.(".drop") === null;
  document.addEventListener("dragover", (event) => {
    if (elsewhere(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!elsewhere(event)) return;
    // A browser would leave the page for the picture.
    event.preventDefault();
    void take(event.dataTransfer.files);
  });
}
