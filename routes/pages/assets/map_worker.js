/*
 * Lays vectors out in the plane, away from the page's thread. A classic worker: umap-js comes as a
 * script that wants a global scope, not as a module.
 *
 * In: {id, method: "pca" | "umap", vectors}. Out: {id, result} (points) | {id, done} (0..1) |
 * {id, error}. It also finds clusters: {id, method: "clusters", k, vectors}, whose result is the
 * cluster of each.
 */
const FEWEST_FOR_UMAP = 5;

/** mulberry32: the same map every time. */
function draws(seed) {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}

function umap(vectors, onDone) {
  if (self.UMAP === undefined) importScripts("/assets/umap.js");
  if (vectors.length < FEWEST_FOR_UMAP) {
    throw new Error(`UMAP needs at least ${FEWEST_FOR_UMAP} pictures.`);
  }
  const layout = new self.UMAP.UMAP({
    nComponents: 2,
    nNeighbors: Math.min(15, vectors.length - 1),
    minDist: 0.1,
    random: draws(0),
  });
  const epochs = layout.initializeFit(vectors.map((vector) => [...vector]));
  for (let epoch = 0; epoch < epochs; epoch++) {
    layout.step();
    if (epoch % 20 === 0) onDone(epoch / epochs);
  }
  return layout.getEmbedding();
}

const METHODS = {
  pca: async ({ vectors }) => (await import("/assets/pca.js")).pca(vectors),
  umap: ({ id, vectors }) => umap(vectors, (done) => self.postMessage({ id, done })),
  clusters: async ({ vectors, k }) =>
    (await import("/assets/k_means.js")).kMeans(vectors, k, draws(0)),
};

self.onmessage = async ({ data }) => {
  const { id, method } = data;
  try {
    self.postMessage({ id, result: await METHODS[method](data) });
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};
