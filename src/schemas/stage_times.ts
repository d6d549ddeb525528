/** The stages of a batch in its embedder, as spans and metrics name them. @module */

/**
 * `load`: a model that was not in memory; `decode`: images to pixels; `forward`: the networks;
 * `encode`: what they made, as pictures.
 */
export type Stage = "load" | "decode" | "forward" | "encode";

/** How long each stage took in all, milliseconds; without those there were none of. */
export type StageTimes = Partial<Record<Stage, number>>;
