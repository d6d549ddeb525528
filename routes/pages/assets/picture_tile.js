/** A picture with a line below it, to be pressed. @module */

/**
 * @param {{src: string, alt: string, title: string, text: string, onPress: () => void}} tile
 * @returns {HTMLLIElement}
 */
export function pictureTile({ src, alt, title, text, onPress }) {
  const li = document.createElement("li");
  const button = document.createElement("button");
  const image = document.createElement("img");
  const line = document.createElement("span");
  image.src = src;
  image.alt = alt;
  image.loading = "lazy";
  line.textContent = text;
  button.type = "button";
  button.title = title;
  button.append(image, line);
  button.addEventListener("click", onPress);
  li.append(button);
  return li;
}
