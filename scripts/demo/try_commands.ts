/** Commands to paste into a terminal once a model is there. @module */

/**
 * An embedding, a similarity matrix, a rotation prediction: each fetches its image from the
 * service itself, so that nothing else is needed.
 *
 * @param base The service's address.
 * @param dataset Whose first items are used.
 */
export async function tryCommands(base: string, dataset: string): Promise<string[]> {
  const response = await fetch(`${base}/v1/datasets/${dataset}/items?limit=3`);
  const { items } = await response.json() as { items: { index: number }[] };
  const image = (i: number) =>
    `${base}/v1/datasets/${dataset}/items/${items[i % items.length]!.index}/image`;
  const files = [0, 1, 2].map((i) => `-F "input=@-;filename=${i}.png" `);
  return [
    `curl -s ${image(0)} | curl -s ${base}/v1/embeddings ${files[0]}`,
    `for i in 0 1 2; do curl -s ${base}/v1/datasets/${dataset}/items/$i/image -o /tmp/alike-$i; ` +
    `done; curl -s ${base}/v1/similarity -F input=@/tmp/alike-0 -F input=@/tmp/alike-1 ` +
    `-F input=@/tmp/alike-2`,
    `curl -s ${image(0)} | curl -s ${base}/v1/predict/rotation ${files[0]}`,
  ];
}
