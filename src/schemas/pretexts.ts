/** What heads are asked and what they answer, as it goes between threads. @module */
import type { Noise } from "./objective.ts";
import type { Pretext } from "./pretext.ts";

/** What the rotation head says of an image. */
export interface RotationAnswer {
  /** The turn that the image seems to have had, counter-clockwise. */
  degrees: 0 | 90 | 180 | 270;
  /** Of 0, 90, 180, 270 degrees, counter-clockwise. */
  probabilities: [number, number, number, number];
}

/** What the jigsaw head says of an image. */
export interface JigsawAnswer {
  /** permutation[i] is the cell (row-major) that the tile now in cell i came from. */
  permutation: number[];
  probability: number;
  /** The most probable permutations, best first, at most five. */
  candidates: { permutation: number[]; probability: number }[];
  /** The index the image was shuffled by, null if it came shuffled. */
  shuffled: number | null;
  /** The image with its tiles put back, PNG. */
  restored: Uint8Array;
}

/** What the relative-position head says of a patch: its probability at each of the eight places. */
export interface RelativePositionAnswer {
  /** A row for each patch; places row by row, without the centre. */
  probabilities: number[][];
}

/** What the frame-order head says of frames. */
export interface FrameOrderAnswer {
  /** How many frames were looked at. */
  frames: number;
  /** That they are in the order given, forwards or backwards. */
  probability: number;
  /** The most probable orders, best first, at most five; null if there are too many to try. */
  orders: { order: number[]; probability: number }[] | null;
}

/** An image as a decoder gives it back. */
export interface ReconstructAnswer {
  /** Of the model's size, PNG. */
  image: Uint8Array;
  /** Height and width, pixels. */
  size: number;
  /** Peak signal-to-noise ratio to the image as the encoder sees it, dB. */
  psnr: number;
}

/** An image without its noise. */
export interface DenoiseAnswer {
  /** Of the model's size, PNG. */
  image: Uint8Array;
  size: number;
  /** What was added noise to, where it was, and both as far from the clean image, dB. */
  added: { noisy: Uint8Array; noise: Noise; psnr: { noisy: number; denoised: number } } | null;
}

/** An image whose hole is filled. */
export interface InpaintAnswer {
  /** Of the model's size, PNG: as it came around the hole. */
  image: Uint8Array;
  size: number;
  /** Share of the image that the hole takes. */
  hole: number;
  /** Of the hole, to what is under the mask, dB; and of its mean colour around instead. */
  psnr: { filled: number; mean: number };
}

/** Question and answer of each pretext. */
export interface Pretexts {
  "rotation": { question: { image: Uint8Array }; answer: RotationAnswer };
  "jigsaw": {
    /** `shuffle`: index of the permutation to shuffle by first; null: it is a puzzle already. */
    question: { image: Uint8Array; shuffle: number | null };
    answer: JigsawAnswer;
  };
  "relative-position": {
    /** One image, whose outer patches are placed around its centre; or centre and patch. */
    question: { images: Uint8Array[] };
    answer: RelativePositionAnswer;
  };
  "frame-order": {
    /** Frames in the order in question; or one animation. */
    question: { images: Uint8Array[] };
    answer: FrameOrderAnswer;
  };
  "reconstruct": { question: { image: Uint8Array }; answer: ReconstructAnswer };
  "denoise": {
    /**
     * `seed`: of the noise to add first; null: it is noisy already. `noise`: what of it is not the
     * model's own.
     */
    question: { image: Uint8Array; seed: number | null; noise: Partial<Noise> };
    answer: DenoiseAnswer;
  };
  "inpaint": {
    /** The mask has the image's size; it is white where the hole is. */
    question: { image: Uint8Array; mask: Uint8Array };
    answer: InpaintAnswer;
  };
}

/** What is asked about one input. */
export type Question<Name extends Pretext = Pretext> = Pretexts[Name]["question"];
/** What the head says. */
export type Answer<Name extends Pretext = Pretext> = Pretexts[Name]["answer"];
