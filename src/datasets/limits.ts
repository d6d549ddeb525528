/** Limits of an import: what a hostile or mistaken upload may cost at most. @module */

/** Every limit there is. */
export interface DatasetLimits {
  /** Most bytes of an upload, as sent and, counted apart, as expanded from compression. */
  maxBytes: number;
  /** Most items a data set may have. */
  maxItems: number;
  /** Most pixels (width times height) an image may have. */
  maxPixels: number;
  /** Most bytes a single image may have; a larger one is skipped. */
  maxItemBytes: number;
  /** Most different labels. */
  maxClasses: number;
  /** How long nothing may come from an upload before it is given up, milliseconds. */
  idleMs: number;
}

/** What the service's settings do not say. */
export const defaultLimits = {
  maxItemBytes: 64 * 2 ** 20,
  maxClasses: 100_000,
  idleMs: 120_000,
} as const satisfies Partial<DatasetLimits>;

/** Members left out that a data set names; the others are only counted. */
export const MAX_SKIPPED = 1000;
