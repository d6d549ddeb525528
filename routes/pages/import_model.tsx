/** Where a model's file is dropped to become a model here. @module */

/** A form that `assets/import_model.js` brings to life. */
export function ImportModel() {
  return (
    <form class="drop" data-import aria-labelledby="import-heading">
      <h2 id="import-heading">Drop a model here</h2>
      <p class="soft">
        An <code>.alike</code>{" "}
        file, taken from another service on a model's page. It is checked to compute here what it
        computed there.
      </p>
      <div class="actions centre">
        <label class="button">
          Choose a file
          <input class="visually-hidden" type="file" accept=".alike" />
        </label>
      </div>
      <p>
        <label for="import-name">
          Name <span class="hint">(default: its own)</span>
        </label>
        <input id="import-name" name="name" autocomplete="off" spellcheck={false} />
      </p>
      <p class="soft" data-status role="status"></p>
    </form>
  );
}
