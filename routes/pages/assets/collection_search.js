/** Alikes among a collection's items: of one of them, or of a picture of one's own. @module */
import { attempt, call } from "./api.js";
import { onPicture } from "./picture_input.js";
import { pictureTile } from "./picture_tile.js";

/** Where an item's picture is. @param {string} path Of the collection. */
export function itemImage(path, id) {
  return `${path}/items/${encodeURIComponent(id)}/image`;
}

/** What an item is called. */
export function called({ id, label, name }) {
  return label === null ? name ?? id : `${label}, ${name ?? id}`;
}

function metadataOf(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The metadata must be JSON: ${error.message}`, { cause: error });
  }
}

/**
 * @param {string} path Of the collection.
 * @returns Shows an item's alikes.
 */
export function withSearch(path) {
  const box = document.querySelector("[data-search]");
  const find = (name) => box.querySelector(`[data-${name}]`);
  const asked = find("asked");
  const image = asked.querySelector("img");
  const status = find("status");
  let turn = 0;
  /** What was asked last, to be asked again where the filter changes. */
  let again;
  let shown;

  function filter() {
    const label = find("label").value;
    const where = find("where").value.trim();
    if (label === "" && where === "") return {};
    return {
      filter: {
        ...(label === "" ? {} : { label }),
        ...(where === "" ? {} : { metadata: metadataOf(where) }),
      },
    };
  }

  async function show(ask) {
    const mine = ++turn;
    again = ask;
    status.textContent = "Searching …";
    try {
      const { results: [hits] } = await ask(Number(find("k").value), filter());
      // Something else may have been asked meanwhile.
      if (mine !== turn) return;
      find("alikes").replaceChildren(...hits.map((hit) =>
        pictureTile({
          src: itemImage(path, hit.id),
          alt: called(hit),
          title: hit.name ?? hit.id,
          text: `${hit.score.toFixed(3)}${hit.label === null ? "" : ` ${hit.label}`}`,
          onPress: () => showItem(hit),
        })
      ));
      status.textContent = hits.length === 0 ? "None is of that label and metadata." : "";
    } catch (error) {
      if (mine !== turn) return;
      status.textContent = "";
      throw error;
    }
  }

  function showAsked(src, text, item) {
    if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
    shown = item;
    image.src = src;
    find("about").textContent = text;
    find("metadata").replaceChildren(
      ...Object.entries(item?.metadata ?? {}).flatMap(
        ([key, value]) => {
          const term = document.createElement("dt");
          const text = document.createElement("dd");
          term.textContent = key;
          text.textContent = String(value);
          return [term, text];
        },
      ),
    );
    find("remove").hidden = item === undefined;
    asked.hidden = false;
  }

  function showItem(item) {
    showAsked(itemImage(path, item.id), `The alikes of ${called(item)}`, item);
    box.scrollIntoView({ block: "start" });
    return attempt(() =>
      show((k, options) => call(`${path}/search`, { json: { items: [item.id], k, ...options } }))
    );
  }

  onPicture(find("find"), async (picture) => {
    await show((k, options) => {
      const form = new FormData();
      form.set("k", String(k));
      if (options.filter !== undefined) form.set("filter", JSON.stringify(options.filter));
      form.append("input", picture, "picture");
      return call(`${path}/search`, { method: "POST", body: form });
    });
    showAsked(URL.createObjectURL(picture), "The alikes of this picture", undefined);
  }, { anywhere: true });

  for (const choice of [find("label"), find("where"), find("k")]) {
    choice.addEventListener("change", () => {
      if (again !== undefined) void attempt(() => show(again));
    });
  }

  find("remove").addEventListener("click", () => {
    if (!confirm(`Take ${called(shown)} out of the collection?`)) return;
    void attempt(async () => {
      await call(`${path}/items/${encodeURIComponent(shown.id)}`, { method: "DELETE" });
      location.reload();
    });
  });

  for (const button of document.querySelectorAll("[data-items] [data-item]")) {
    const item = JSON.parse(button.dataset.item);
    button.addEventListener("click", () => showItem(item));
  }
  return showItem;
}
