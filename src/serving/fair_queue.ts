/**
 * Fair queue: parts of requests that wait, in groups that take turns.
 *
 * Groups take turns, so that a flood for one does not starve another; within a group it is first
 * come, first served. No operation depends on how much waits.
 *
 * @module
 */

/** Items of one request that wait together. */
export interface Part<Entry> {
  readonly entry: Entry;
  /** Index of the first item. */
  start: number;
  /** How many items. */
  count: number;
  /** When it need not wait for others any more, milliseconds since the epoch. */
  readonly dueAt: number;
}

/** Parts that may share a batch. */
export interface Group<Entry> {
  readonly name: string;
  /** Most items of a batch. */
  readonly limit: number;
  readonly parts: Set<Part<Entry>>;
  /** Items in all parts. */
  count: number;
  /** When the first of the parts is due. */
  dueAt: number;
}

/** Groups in line. */
export class FairQueue<Entry> {
  /** In the order in which they get their turn. */
  readonly #groups = new Map<string, Group<Entry>>();
  #count = 0;

  /** Items that wait. */
  get count(): number {
    return this.#count;
  }

  /** Puts a part at the end of its group, and a new group at the end of the line. */
  add(name: string, limit: number, part: Part<Entry>): void {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { name, limit, parts: new Set(), count: 0, dueAt: Infinity };
      this.#groups.set(name, group);
    }
    group.parts.add(part);
    group.count += part.count;
    group.dueAt = Math.min(group.dueAt, part.dueAt);
    this.#count += part.count;
  }

  /** Takes a part out; nothing happens if it does not wait. */
  remove(name: string, part: Part<Entry>): void {
    const group = this.#groups.get(name);
    if (group === undefined || !group.parts.delete(part)) return;
    group.count -= part.count;
    this.#count -= part.count;
    this.#renew(group);
  }

  /** The first group in line that is full or due. */
  due(now: number): Group<Entry> | undefined {
    for (const group of this.#groups.values()) {
      if (group.count >= group.limit || group.dueAt <= now) return group;
    }
    return undefined;
  }

  /** When the next group is due, or Infinity. */
  nextDueAt(): number {
    let next = Infinity;
    for (const group of this.#groups.values()) next = Math.min(next, group.dueAt);
    return next;
  }

  /** Takes a batch off a group, which then goes to the end of the line. A large part is split. */
  take(group: Group<Entry>): Part<Entry>[] {
    const taken: Part<Entry>[] = [];
    let room = group.limit;
    for (const part of group.parts) {
      const count = Math.min(room, part.count);
      taken.push({ ...part, count });
      part.start += count;
      part.count -= count;
      if (part.count === 0) group.parts.delete(part);
      room -= count;
      if (room === 0) break;
    }
    group.count -= group.limit - room;
    this.#count -= group.limit - room;
    this.#groups.delete(group.name);
    this.#groups.set(group.name, group);
    this.#renew(group);
    return taken;
  }

  /** Every part that waits. */
  *parts(): Generator<Part<Entry>> {
    for (const group of this.#groups.values()) yield* group.parts;
  }

  #renew(group: Group<Entry>): void {
    if (group.parts.size === 0) this.#groups.delete(group.name);
    // A full group is due whatever its parts say, so only a few parts are ever looked at.
    if (group.count >= group.limit) return;
    group.dueAt = Infinity;
    for (const part of group.parts) group.dueAt = Math.min(group.dueAt, part.dueAt);
  }
}
