/**
 * Filters in double precision, one number at a time: slow, plain, and written from torchvision's
 * documentation and the definition of Sobel's operator, not from the code it is compared with.
 *
 * @module
 */

/** What is done to a view; what is left out leaves it as it is. */
export interface ReferenceFilters {
  /** Standard deviation, pixels. */
  blur?: number;
  sobel?: number;
  /** Standard deviation, and one normal number a value. */
  noise?: number;
  normals?: ArrayLike<number>;
  cutTop?: number;
  cutLeft?: number;
  cutHeight?: number;
  cutWidth?: number;
}

/** Reads a value; rows and columns beyond the edges are the function's affair. */
type Read = (y: number, x: number) => number;

/** -1 is 1, and `size` is `size` - 2. */
function reflect(index: number, size: number): number {
  if (index < 0) return -index;
  return index >= size ? 2 * (size - 1) - index : index;
}

/** The largest odd number that is at most a tenth of the side, or 3. */
function kernelSide(side: number): number {
  const tenth = Math.floor(side / 10);
  return Math.max(3, tenth % 2 === 1 ? tenth : tenth + 1);
}

function blurred(read: Read, height: number, width: number, sigma: number): Read {
  const ry = (kernelSide(height) - 1) / 2;
  const rx = (kernelSide(width) - 1) / 2;
  return (y, x) => {
    let sum = 0;
    let total = 0;
    for (let dy = -ry; dy <= ry; dy++) {
      for (let dx = -rx; dx <= rx; dx++) {
        const weight = Math.exp(-(dy * dy + dx * dx) / (2 * sigma * sigma));
        sum += weight * read(reflect(y + dy, height), reflect(x + dx, width));
        total += weight;
      }
    }
    return sum / total;
  };
}

function edges(read: Read, height: number, width: number): Read {
  const at: Read = (y, x) =>
    read(Math.min(height - 1, Math.max(0, y)), Math.min(width - 1, Math.max(0, x)));
  return (y, x) => {
    let gx = 0;
    let gy = 0;
    for (const [offset, weight] of [[-1, 1], [0, 2], [1, 1]] as const) {
      gx += weight * (at(y + offset, x + 1) - at(y + offset, x - 1));
      gy += weight * (at(y + 1, x + offset) - at(y - 1, x + offset));
    }
    return Math.min(1, Math.hypot(gx, gy) / 4);
  };
}

/**
 * One view, filtered and normalised.
 *
 * @param values [height, width, channels], in 0..1.
 */
export function referenceFilters(
  values: ArrayLike<number>,
  [height, width, channels]: readonly [number, number, number],
  filters: ReferenceFilters,
  { mean, standardDeviation }: { mean: number; standardDeviation: number },
): number[] {
  const result = Array.from(values);
  const { cutTop = 0, cutLeft = 0, cutHeight = 0, cutWidth = 0 } = filters;
  for (let channel = 0; channel < channels; channel++) {
    const index = (y: number, x: number) => (y * width + x) * channels + channel;
    let read: Read = (y, x) => values[index(y, x)]!;
    if (filters.blur) read = blurred(read, height, width, filters.blur);
    if (filters.sobel) read = edges(read, height, width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let value = read(y, x);
        if (filters.noise) {
          value += filters.noise * filters.normals![index(y, x)]!;
          value = Math.min(1, Math.max(0, value));
        }
        const inHole = y >= cutTop && y < cutTop + cutHeight && x >= cutLeft &&
          x < cutLeft + cutWidth;
        result[index(y, x)] = inHole ? 0 : (value - mean) / standardDeviation;
      }
    }
  }
  return result;
}
