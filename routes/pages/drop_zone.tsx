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
      <div class="actions centre">
        <p>
          <label for="drop-name">
            Name <span class="hint">(default: the folder's own)</span>
          </label>
          <input id="drop-name" name="name" autocomplete="off" spellcheck={false} />
        </p>
        <p>
          <label for="drop-kind">They are</label>
          <select id="drop-kind" name="kind" aria-describedby="drop-clips">
            <option value="image">pictures</option>
            <option value="clip">clips</option>
          </select>
        </p>
      </div>
      <p class="soft small" id="drop-clips" data-clips hidden>
        A clip is an animated GIF or WebP, or a folder of at least 3 frames with numbers in their
        names, all of one size: <code>label/clip/0001.jpg</code>.
      </p>
      <progress max="1" value="0" aria-label="Upload" hidden></progress>
      <p class="soft" data-status role="status"></p>
    </form>
  );
}
