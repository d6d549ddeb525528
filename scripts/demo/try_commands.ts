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
  const { data } = await response.json() as { data: { index: number }[] };
  const image = (i: number) => `${base}/v1/datasets/${dataset}/items/${i}/image`;
  const first = image(data[0]!.index);
  const three = data.map(({ index }) => index).join(",");
  const body = "-F 'input=@-;filename=image'";
  return [
    `curl -s ${first} | curl -s ${base}/v1/embeddings ${body}`,
    `curl -s "${image(0).replace("/0/image", `/{${three}}/image`)}" -o "/tmp/alike-#1" && ` +
    `curl -s ${base}/v1/similarity ` +
    data.map(({ index }) => `-F input=@/tmp/alike-${index}`).join(" "),
    `curl -s ${first} | curl -s ${base}/v1/predict/rotation ${body}`,
  ];
}
