/** Where a model lies in the blob store. @module */

/** Folder of all that belongs to a model. */
export const modelFolder = (id: string) => `models/${id}`;

/** Its weights, heads included. */
export const weightsKey = (id: string) => `${modelFolder(id)}/weights.safetensors`;

/** What it is and what is known of it. */
export const descriptionKey = (id: string) => `${modelFolder(id)}/model.json`;
