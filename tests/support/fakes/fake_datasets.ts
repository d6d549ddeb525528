/** Data sets in memory: an upload is one item, whatever it is. @module */
import { ConflictError, CorruptError, InvalidError, NotFoundError } from "../../../src/errors.ts";
import type { Dataset, DatasetItem } from "../../../src/schemas/dataset.ts";
import { newId } from "../../../src/schemas/name.ts";
import type { DatasetService } from "../../../routes/services.ts";

const DIGEST = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

/** Keeps uploads. */
export class FakeDatasets implements DatasetService {
  readonly #datasets = new Map<string, { dataset: Dataset; bytes: Uint8Array }>();
  /** Content types of the uploads that came. */
  readonly contentTypes: (string | undefined)[] = [];
  /** Set to the name of a data set that a job uses. */
  inUse: string | null = null;

  async import(upload: Parameters<DatasetService["import"]>[0]): Promise<Dataset> {
    this.contentTypes.push(upload.contentType);
    const bytes = new Uint8Array(await new Response(upload.body).arrayBuffer());
    if (this.#find(upload.name) !== undefined) {
      throw new ConflictError(`Cannot import: the name is in use, ${upload.name}`);
    }
    if (bytes.length === 0) {
      throw new InvalidError("Cannot import: no item", {
        errors: [{ path: "body", rule: "must hold an image", value: "" }],
      });
    }
    if (bytes[0] === 0) throw new CorruptError("Cannot import: the archive is cut off");
    const id = newId("ds");
    const dataset: Dataset = {
      id,
      name: upload.name,
      kind: upload.kind,
      count: 1,
      bytes: bytes.length,
      classes: { cat: 1 },
      unlabelled: 0,
      digest: DIGEST,
      skipped: [],
      skippedCount: 0,
      createdAt: new Date(0).toISOString(),
    };
    this.#datasets.set(id, { dataset, bytes });
    return dataset;
  }

  list(): Promise<Dataset[]> {
    return Promise.resolve([...this.#datasets.values()].map(({ dataset }) => dataset));
  }

  async get(idOrName: string): Promise<Dataset> {
    return (await this.#get(idOrName)).dataset;
  }

  async items(
    idOrName: string,
    page: { offset: number; limit: number; label?: string },
  ): Promise<{ total: number; items: DatasetItem[] }> {
    const { bytes } = await this.#get(idOrName);
    if (page.label !== undefined && page.label !== "cat") return { total: 0, items: [] };
    const item: DatasetItem = {
      index: 0,
      name: "cat/0.png",
      label: "cat",
      mediaType: "image/png",
      width: 1,
      height: 1,
      digest: DIGEST,
      shard: 3,
      offset: 512,
      length: bytes.length,
    };
    return { total: 1, items: [item].slice(page.offset, page.offset + page.limit) };
  }

  async image(idOrName: string, index: number): Promise<{ bytes: Uint8Array; mediaType: string }> {
    const { bytes } = await this.#get(idOrName);
    if (index > 0) throw new NotFoundError(`Cannot find an item: no such index, ${index}`);
    return { bytes, mediaType: "image/png" };
  }

  async frame(idOrName: string, index: number, frame: number) {
    if (frame > 0) throw new NotFoundError(`Cannot find the frame: no such number, ${frame}`);
    return await this.image(idOrName, index);
  }

  async original(
    idOrName: string,
    index: number,
  ): Promise<{ bytes: Uint8Array; mediaType: string }> {
    return await this.image(idOrName, index);
  }

  async delete(idOrName: string): Promise<void> {
    const { dataset } = await this.#get(idOrName);
    if (dataset.name === this.inUse) {
      throw new ConflictError(`Cannot delete the data set: a job uses it, ${idOrName}`);
    }
    this.#datasets.delete(dataset.id);
  }

  #find(idOrName: string) {
    return [...this.#datasets.values()]
      .find(({ dataset }) => dataset.id === idOrName || dataset.name === idOrName);
  }

  #get(idOrName: string) {
    const found = this.#find(idOrName);
    return found === undefined
      ? Promise.reject(new NotFoundError(`Cannot find the data set: no such one, ${idOrName}`))
      : Promise.resolve(found);
  }
}
