/** Numbers and times as people read them. @module */
import type { Dataset } from "../../src/schemas/dataset.ts";

const INTEGER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** 12,345. */
export function count(value: number): string {
  return INTEGER.format(value);
}

/** 12,345 items; 1 item. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** 12,345 pictures, or clips. */
export function countItems({ count: items, kind }: Pick<Dataset, "count" | "kind">): string {
  return counted(items, kind === "clip" ? "clip" : "picture");
}

/** 4.8 MB: powers of 1000, as disks are sold. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${rest < 10 && unit > 0 ? rest.toFixed(1) : INTEGER.format(rest)} ${units[unit]}`;
}

/** 43.6 %, of a share. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** 2 min 5 s. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : INTEGER.format(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 2026-11-24 14:30 UTC. */
export function moment(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
