/** Near-duplicates and clusters of a collection. @module */
import { attempt, call } from "./api.js";
import { called, itemImage } from "./collection_search.js";
import { pictureTile } from "./picture_tile.js";

/** Groups that are shown, and items of a group. */
const GROUPS = 100;
const ITEMS = 12;

/**
 * @param {string} path Of the collection.
 * @param {(item: object) => void} showItem Is called where an item is pressed.
 */
export function withGroups(path, showItem) {
  /** A heading and the items below it. */
  function group(heading, items) {
    const title = document.createElement("h3");
    title.textContent = heading;
    const list = document.createElement("ul");
    list.className = "alikes";
    list.append(
      ...items.slice(0, ITEMS).map((item) =>
        pictureTile({
          src: itemImage(path, item.id),
          alt: called(item),
          title: item.name ?? item.id,
          text: item.label ?? "",
          onPress: () => showItem(item),
        })
      ),
    );
    const box = document.createElement("div");
    box.className = "group";
    box.append(title, list);
    return box;
  }

  /** Has a form ask, and shows what is answered. */
  function onAsk(box, ask) {
    const form = box.querySelector("form");
    const button = form.querySelector("button");
    const status = box.querySelector("[data-status]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      status.textContent = "Every vector is looked at …";
      const found = await attempt(() => ask(new FormData(form)));
      button.disabled = false;
      status.textContent = found?.text ?? "";
      if (found !== undefined) box.querySelector("[data-groups]").replaceChildren(...found.groups);
    });
    return form;
  }

  const duplicates = document.querySelector("[data-duplicates]");
  const slider = onAsk(duplicates, async (form) => {
    const threshold = Number(form.get("threshold"));
    const { groups } = await call(
      `${path}/duplicates?threshold=${threshold.toFixed(3)}&limit=${GROUPS}`,
    );
    const items = groups.reduce((sum, { length }) => sum + length, 0);
    return {
      text: groups.length === 0
        ? "No two items are that alike."
        : `${items} items in ${
          groups.length === GROUPS
            ? `the ${GROUPS} largest groups`
            : `${groups.length} group${groups.length === 1 ? "" : "s"}`
        }`,
      groups: groups.map((some) =>
        group(`${some.length} items${some.length > ITEMS ? `, the first ${ITEMS}` : ""}`, some)
      ),
    };
  }).elements.namedItem("threshold");
  slider.addEventListener("input", () => {
    duplicates.querySelector("[data-value]").textContent = Number(slider.value).toFixed(3);
  });

  onAsk(document.querySelector("[data-clusters]"), async (form) => {
    const { clusters, iterations } = await call(
      `${path}/clusters?k=${form.get("k")}&representatives=${ITEMS}`,
    );
    return {
      text: `${clusters.length} clusters after ${iterations} iterations of k-means; of each, the ` +
        `items nearest to its centre`,
      groups: clusters.map(({ size, representatives }) => group(`${size} items`, representatives)),
    };
  });
}
