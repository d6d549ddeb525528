// A table of segments: where each parameter and its gradient lie, and which part of the
// optimiser's flat state is theirs. Five 32-bit words a segment; addresses are unsigned.

/** Bytes of a segment. */
export const SEGMENT: usize = 20;

/** Address of the parameter. */
export function variableOf(segment: usize): usize {
  return <usize> load<u32>(segment);
}

/** Address of its gradient. */
export function gradientOf(segment: usize): usize {
  return <usize> load<u32>(segment, 4);
}

/** Bytes from the start of the state to this parameter's part of it. */
export function offsetOf(segment: usize): usize {
  return <usize> load<u32>(segment, 8);
}

/** Bytes of the parameter. */
export function bytesOf(segment: usize): usize {
  return <usize> load<u32>(segment, 12);
}

/** Whether weight decay (and LARS's adaptation) is for this parameter. */
export function isDecayed(segment: usize): bool {
  return load<u32>(segment, 16) != 0;
}
