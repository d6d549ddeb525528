/** Where pictures are dropped to become a data set. @module */

/** A form that `assets/upload.js` brings to life. */
export function DropZone({ heading }: { heading: string }) {
  return (
    <form class="drop" data-drop aria-labelledby="drop-heading">
      <h2 id="drop-heading">{heading}</h2>
      <p class="soft">
        A folder, a tar or zip, or some pictures. Folders within it become labels; labels are not
        needed to learn, only to judge what was learned.
      </p>
      <div class="actions centre">
        <label class="button">
          Choose a folder
          <input class="visually-hidden" type="file" webkitdirectory />
        </label>
        <label class="button">
          Choose files
          <input class="visually-hidden" type="file" multiple />
        </label>
      </div>
      <p>
        <label for="drop-name">
          Name <span class="hint">(default: the folder's own)</span>
        </label>
        <input id="drop-name" name="name" autocomplete="off" spellcheck={false} />
      </p>
      <progress max="1" value="0" aria-label="Upload" hidden></progress>
      <p class="soft" data-status role="status"></p>
    </form>
  );
}
