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
import { pictureTile } from "./picture_tile.js";

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
    return pictureTile({
      src: imageOf(dataset, item.index),
      alt: item.label === null ? item.name : `${item.label}, ${item.name}`,
      title: item.name,
      text: `${similarity.toFixed(3)}${item.label === null ? "" : ` ${item.label}`}`,
      onPress: () => attempt(() => showItem(dataset, item)),
    });
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
  /** The items on the map, and when it is drawn. */
  let shown = [];
  let drawn = Promise.resolve();
  const map = new PictureMap({
    canvas: find("canvas"),
    tip: find("tip"),
    say: (text) => find("under").textContent = text,
    onPick: (item) => attempt(() => showItem(dataset, item)),
  });
  const work = mapWorker();

  /** What each item is coloured by: its label, or the cluster that it is in. */
  async function groupsOf(items) {
    const k = Number(find("colour").value);
    if (k === 0) return items.map(({ label }) => label);
    const vectors = items.map(({ vector }) => vector);
    return (await work({ method: "clusters", vectors, k })).map((i) => `cluster ${i + 1}`);
  }

  function showLegend(legend) {
    find("legend").replaceChildren(...legend.map(([group, colour]) => {
      const li = document.createElement("li");
      const dot = document.createElement("span");
      dot.style.background = colour;
      li.append(dot, group);
      return li;
    }));
  }

  find("colour").addEventListener("change", ({ target }) =>
    attempt(async () => {
      const choice = target.value;
      await drawn;
      const turn = asked;
      if (shown.length === 0) return;
      const groups = await groupsOf(shown);
      // Another choice may have been made meanwhile.
      if (turn === asked && choice === target.value) showLegend(map.paint(groups));
    }));

  async function draw(method) {
    const turn = ++asked;
    const items = await load();
    // Another choice may have been made meanwhile.
    if (turn !== asked) return;
    progress.hidden = false;
    status.textContent = `${method === "umap" ? "UMAP" : "PCA"} of ${items.embedded.length}`;
    const vectors = items.embedded.map(({ vector }) => vector);
    const points = await work({ method, vectors }, (done) => progress.value = done)
      .finally(() => progress.hidden = true);
    const groups = await groupsOf(items.embedded);
    if (turn !== asked) return;
    dataset = items.dataset;
    shown = items.embedded;
    showLegend(map.show(dataset, items.embedded, points, groups));
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
    drawn = attempt(() => draw(method));
    await drawn;
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

/** A worker that lays vectors out and groups them, started when it is first needed. */
function mapWorker() {
  let worker;
  let asked = 0;
  return (request, onDone = () => {}) => {
    worker ??= new Worker("/assets/map_worker.js");
    const id = ++asked;
    return new Promise((resolve, reject) => {
      worker.addEventListener("message", function heard({ data }) {
        if (data.id !== id) return;
        if (data.done !== undefined) return onDone(data.done);
        worker.removeEventListener("message", heard);
        if (data.error === undefined) resolve(data.result);
        else reject(new Error(data.error));
      });
      worker.addEventListener("error", () => reject(new Error("The map's worker did not start.")), {
        once: true,
      });
      worker.postMessage({ id, ...request });
    });
  };
}
