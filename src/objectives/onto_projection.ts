/**
 * An encoder that ends in the hidden layer of SimCLR's projector instead of in h: with few labels,
 * fine-tuning from there did better in Chen et al., "Big Self-Supervised Models are Strong
 * Semi-Supervised Learners", NeurIPS 2020 (SimCLR v2).
 *
 * @module
 */
import type { Encoder } from "../encoders/encoder.ts";
import type { MlpHead } from "./mlp_head.ts";

/** The encoder and that layer as one; it has the weights of both and disposes of both. */
export function ontoProjection(encoder: Encoder, projector: MlpHead): Encoder {
  const { stages } = encoder.features;
  return {
    spec: encoder.spec,
    stages: encoder.stages,
    features: { dimensions: projector.options.hidden, stages },
    apply(x, options) {
      const features = encoder.apply(x, options);
      return { ...features, pooled: projector.hidden(features, options) };
    },
    parameters: () => [...encoder.parameters(), ...projector.hiddenParameters()],
    buffers: () => [...encoder.buffers(), ...projector.buffers()],
    dispose() {
      encoder.dispose();
      projector.dispose();
    },
  };
}
