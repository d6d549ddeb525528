/**
 * Finds the labels of idx images. They are in another file, which may come before or after, so the
 * pairs are made when all files are known.
 *
 * @module
 */
import { InvalidError } from "../errors.ts";
import type { SkippedItem } from "../schemas/dataset.ts";

/** The idx files of one upload. */
export class IdxPairs {
  readonly #images: { name: string; count: number }[] = [];
  readonly #labels: { name: string; values: Uint8Array }[] = [];

  /** @returns The file's number, for {@linkcode labelsOf}. */
  addImages(name: string, count: number): number {
    return this.#images.push({ name, count }) - 1;
  }

  addLabels(name: string, values: Uint8Array): void {
    this.#labels.push({ name, values });
  }

  /**
   * The labels of each file of images, by its number; undefined where it has none. Files belong
   * together if their names differ only in what says "images" and "labels"; a single file of each
   * kind belongs together whatever the names are.
   *
   * @throws {InvalidError} If there are not as many labels as images.
   */
  resolve(): { labels: (Uint8Array | undefined)[]; unused: SkippedItem[] } {
    const single = this.#images.length === 1 && this.#labels.length === 1;
    const byStem = new Map(this.#labels.map((file) => [single ? "" : stem(file.name), file]));
    const labels = this.#images.map((images) => {
      const key = single ? "" : stem(images.name);
      const file = byStem.get(key);
      byStem.delete(key);
      if (file !== undefined && file.values.length !== images.count) {
        throw new InvalidError(
          `Cannot import the idx files: ${images.name} has ${images.count} images, ` +
            `${file.name} has ${file.values.length} labels`,
          {
            errors: [{
              path: "body",
              rule: `must have as many labels as images, ${images.count}`,
              value: file.values.length,
            }],
          },
        );
      }
      return file?.values;
    });
    const used = new Set(labels);
    const unused = this.#labels.filter((file) => !used.has(file.values)).map(({ name }) => ({
      name,
      reason: "idx labels without their images",
    }));
    return { labels, unused };
  }
}

/** `dir/train-images-idx3-ubyte.gz` and `dir/train-labels-idx1-ubyte` → `dir/train---ubyte`. */
function stem(name: string): string {
  return name.toLowerCase().replace(/\.gz$/, "").replace(/(images?|labels?)(?!.*\/)/g, "")
    .replace(/idx[13](?!.*\/)/g, "");
}
