/** A collection's page: its search, its groups, its changes. @module */
import { attempt, call } from "./api.js";
import { withAdding } from "./collection_adding.js";
import { withGroups } from "./collection_groups.js";
import { withSearch } from "./collection_search.js";
import { followIndex } from "./follow_index.js";

const head = document.querySelector("[data-collection]");
const { collection: name } = head.dataset;
const path = `/v1/collections/${name}`;
const searchable = head.dataset.searchable !== undefined;

const indexing = document.querySelector("[data-indexing]");
if (indexing !== null) {
  followIndex(indexing, (state) => {
    if (!searchable) return location.reload();
    // What is on the page stays: somebody may be looking at it.
    const said = indexing.querySelector("[data-said]");
    const again = document.createElement("a");
    again.href = location.href;
    again.textContent = "Show it";
    said.replaceChildren(
      state === "succeeded" ? "The new model answers from now on. " : `${state}. `,
      again,
    );
  });
}

if (searchable) {
  const showItem = withSearch(path);
  withGroups(path, showItem);
  withAdding(path);
}

document.querySelector("[data-reindex]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  void attempt(async () => {
    const model = event.target.elements.namedItem("model").value;
    await call(`${path}/reindex`, { json: { model } });
    location.reload();
  });
});

document.querySelector("[data-delete]").addEventListener("click", () => {
  if (!confirm(`Delete the collection ${name}? The data set and the model stay.`)) return;
  void attempt(async () => {
    await call(path, { method: "DELETE" });
    location.href = "/collections";
  });
});
