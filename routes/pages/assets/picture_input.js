/** A place to drop or choose one picture, or several. @module */
import { attempt, toast } from "./api.js";

/**
 * @param {HTMLElement} box Holds an `input[type=file]`; where that is `multiple`, several are taken.
 * @param {(picture: File, all: File[]) => Promise<void>} use What is done with a picture, or all.
 * @param {{anywhere?: boolean}} options `anywhere`: also what is dropped elsewhere on the page,
 *   but for the other places that take something.
 */
export function onPicture(box, use, { anywhere = false } = {}) {
  const input = box.querySelector("input[type=file]");
  let busy = false;
  const take = async (files) => {
    const pictures = [...files].filter(({ type }) => type.startsWith("image/"));
    if (pictures.length === 0) return toast("That is no picture.", "bad");
    if (busy) return;
    busy = true;
    box.setAttribute("aria-busy", "true");
    await attempt(() => use(pictures[0], input.multiple ? pictures : pictures.slice(0, 1)));
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
