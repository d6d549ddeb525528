/**
 * Exploring a model: the map of a data set's pictures, and the alikes of one of them or of a picture
 * of one's own. On the first page the same goes without a map.
 *
 * @module
 */
import { attempt, call } from "./api.js";
import { embed, embedItems, imageOf, nearest } from "./embed_items.js";
import { PictureMap } from "./map.js";
import { onPicture } from "./picture_input.js";

/** Alikes that are shown. */
const SHOWN = 24;

// Where there is no data set, there is nothing to explore: an imported model may be the first thing.
for (const box of document.querySelectorAll("[data-explore]:has([data-dataset])")) explore(box);

function explore(box) {
  const find = (name) => box.querySelector(`[data-${name}]`);
  const { explore: model } = box.dataset;
  const chosen = { dataset: find("dataset"), limit: find("limit") };
  const progress = find("progress");
  const status = find("status");
  let loaded;

  /** The vectors of the chosen data set; asked for once a choice. */
  function load() {
    const key = `${chosen.dataset.value} ${chosen.limit.value}`;
    if (loaded?.key !== key) {
      const items = (async () => {
        const dataset = await call(`/v1/datasets/${chosen.dataset.value}`);
        progress.hidden = false;
        const embedded = await embedItems({
          model,
          dataset,
          limit: Number(chosen.limit.value),
          onProgress: (done, of) => {
            progress.value = done / of;
            status.textContent = `${done} of ${of} pictures are embedded`;
          },
        }).finally(() => progress.hidden = true);
        return { dataset: dataset.id, embedded };
      })();
      loaded = { key, items };
      // What failed may be tried again.
      items.catch(() => loaded = undefined);
    }
    return loaded.items;
  }

  async function showAlikes(picture, query, except) {
    const { dataset, embedded } = await load();
    const others = embedded.filter(({ index }) => index !== except);
    const [image, text] = find("asked").children;
    image.src = picture;
    text.textContent = `The alikes of this picture, of ${others.length}`;
    find("asked").hidden = false;
    find("alikes").replaceChildren(
      ...nearest(others, query, SHOWN).map(({ item, similarity }) =>
        alike(dataset, item, similarity)
      ),
    );
  }

  /** One of the alikes: a press asks for its own. */
  function alike(dataset, item, similarity) {
    const li = document.createElement("li");
    const button = document.createElement("button");
    const image = document.createElement("img");
    const text = document.createElement("span");
    image.src = imageOf(dataset, item.index);
    image.alt = item.label === null ? item.name : `${item.label}, ${item.name}`;
    text.textContent = `${similarity.toFixed(3)}${item.label === null ? "" : ` ${item.label}`}`;
    button.type = "button";
    button.title = item.name;
    button.append(image, text);
    button.addEventListener("click", () => attempt(() => showItem(dataset, item)));
    li.append(button);
    return li;
  }

  const showItem = (dataset, item) =>
    showAlikes(imageOf(dataset, item.index), item.vector, item.index);

  onPicture(find("find"), async (picture) => {
    status.textContent = "The picture is embedded";
    const [query] = await embed(model, [picture]);
    const image = find("asked").querySelector("img");
    if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
    await showAlikes(URL.createObjectURL(picture), query, undefined);
    status.textContent = "";
  }, { anywhere: true });

  if (find("canvas") !== null) withMap({ box, find, load, status, progress, showItem });
}

/** The map's own controls. */
function withMap({ find, load, status, progress, showItem }) {
  let dataset;
  let asked = 0;
  const map = new PictureMap({
    canvas: find("canvas"),
    tip: find("tip"),
    say: (text) => find("under").textContent = text,
    onPick: (item) => attempt(() => showItem(dataset, item)),
  });
  const layouts = layoutWorker();

  async function draw(method) {
    const turn = ++asked;
    const items = await load();
    // Another choice may have been made meanwhile.
    if (turn !== asked) return;
    progress.hidden = false;
    status.textContent = `${method === "umap" ? "UMAP" : "PCA"} of ${items.embedded.length}`;
    const points = await layouts(method, items.embedded.map(({ vector }) => vector), (done) => {
      progress.value = done;
    }).finally(() => progress.hidden = true);
    if (turn !== asked) return;
    dataset = items.dataset;
    const legend = map.show(dataset, items.embedded, points);
    find("legend").replaceChildren(...legend.map(([label, colour]) => {
      const li = document.createElement("li");
      const dot = document.createElement("span");
      dot.style.background = colour;
      li.append(dot, label);
      return li;
    }));
    find("map").hidden = false;
    status.textContent = `${items.embedded.length} pictures by ${
      method === "umap" ? "UMAP" : "PCA"
    }: press one for its alikes`;
  }

  const buttons = ["pca", "umap"].map(find);
  let method = "pca";

  async function redraw() {
    for (const button of buttons) {
      button.disabled = true;
      button.setAttribute("aria-pressed", String(button === find(method)));
    }
    await attempt(() => draw(method));
    for (const button of buttons) button.disabled = false;
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      method = button === buttons[0] ? "pca" : "umap";
      void redraw();
    });
  }
  for (const choice of [find("dataset"), find("limit")]) {
    choice.addEventListener("change", () => void redraw());
  }
  void redraw();
}

/** A worker that lays vectors out, started when it is first needed. */
function layoutWorker() {
  let worker;
  let asked = 0;
  return (method, vectors, onDone) => {
    worker ??= new Worker("/assets/map_worker.js");
    const id = ++asked;
    return new Promise((resolve, reject) => {
      worker.addEventListener("message", function heard({ data }) {
        if (data.id !== id) return;
        if (data.done !== undefined) return onDone(data.done);
        worker.removeEventListener("message", heard);
        if (data.error === undefined) resolve(data.points);
        else reject(new Error(data.error));
      });
      worker.addEventListener("error", () => reject(new Error("The map's worker did not start.")), {
        once: true,
      });
      worker.postMessage({ id, method, vectors });
    });
  };
}
