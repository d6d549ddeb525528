/** What is said of a whole space: its near-duplicates, its clusters. @module */
import { InvalidError } from "../errors.ts";
import { Random } from "../random.ts";
import type { CollectionItem } from "../schemas/collection.ts";
import type { Clusters, Duplicates } from "../schemas/search.ts";
import type { StoredItem, VectorStore } from "../stores/vector_store.ts";
import { kMeans } from "./k_means.ts";
import { nearDuplicates } from "./near_duplicates.ts";
import type { ClustersRequest, DuplicatesRequest } from "./vector_protocol.ts";

/** Groups of items that are nearly the same. */
export async function findDuplicates(
  store: Pick<VectorStore, "all">,
  { space, threshold, limit }: DuplicatesRequest,
): Promise<Duplicates> {
  const { items, vectors, dimensions } = await store.all(space);
  const groups = nearDuplicates(vectors, dimensions, threshold).slice(0, limit);
  return { threshold, groups: groups.map((rows) => rows.map((row) => shown(items[row]!))) };
}

/** Clusters, with the items nearest to their centres. @throws {InvalidError} If `k` is too large. */
export async function findClusters(
  store: Pick<VectorStore, "all">,
  { space, k, seed, representatives }: ClustersRequest,
): Promise<Clusters> {
  const { items, vectors, dimensions } = await store.all(space);
  if (k > items.length) {
    const rule = `must be at most ${items.length}, the number of items`;
    throw new InvalidError(`Cannot find clusters: k ${rule}, got ${k}`, {
      errors: [{ path: "k", rule, value: k }],
    });
  }
  const result = kMeans(vectors, dimensions, k, new Random(seed));
  const { assignments, distances, iterations } = result;
  const members = Array.from({ length: k }, (): number[] => []);
  assignments.forEach((cluster, row) => members[cluster]!.push(row));
  return {
    iterations,
    inertia: distances.reduce((sum, distance) => sum + distance, 0),
    clusters: members.sort((a, b) => b.length - a.length).map((rows) => ({
      size: rows.length,
      representatives: rows.sort((a, b) => distances[a]! - distances[b]! || a - b)
        .slice(0, representatives).map((row) => shown(items[row]!)),
    })),
  };
}

/** What answers show of an item. */
export function shown({ id, label, name, metadata }: StoredItem): CollectionItem {
  return { id, label, name, metadata };
}
