/** A place to drop, choose or paste one picture. @module */
import { attempt, toast } from "./api.js";

/**
 * @param {HTMLElement} box Holds an `input[type=file]`.
 * @param {(picture: File) => Promise<void>} use What is done with a picture.
 */
export function onPicture(box, use) {
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
}
