/**
 * Labels from paths, as in ImageFolder: the folder that an image is in.
 *
 * Archives often have one folder around everything, which is no label. So the folders that all
 * items share are taken off first, and the label is the first folder that is left:
 *
 * - `cat/1.jpg`, `dog/2.jpg` → `cat`, `dog`
 * - `pets/cat/1.jpg`, `pets/dog/2.jpg` → `cat`, `dog`
 * - `photos/1.jpg`, `photos/2.jpg` → none (a label that every item has tells nothing)
 * - `pets/cat/1.jpg`, `pets/2.jpg` → `cat`, none
 *
 * @module
 */

/** The folders that all paths share; known only when the last one has been seen. */
export class CommonFolder {
  #segments: string[] | undefined;

  add(path: string): void {
    const folders = path.split("/").slice(0, -1);
    if (this.#segments === undefined) {
      this.#segments = folders;
      return;
    }
    const shared = this.#segments.findIndex((segment, i) => segment !== folders[i]);
    if (shared >= 0) this.#segments.length = shared;
  }

  /** How many folders are shared. */
  get depth(): number {
    return this.#segments?.length ?? 0;
  }
}

/** The label of a path whose first `depth` folders say nothing. */
export function pathLabel(path: string, depth: number): string | null {
  const folders = path.split("/").slice(0, -1);
  return folders[depth] ?? null;
}
